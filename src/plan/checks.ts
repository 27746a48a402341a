import type { Diagnostic } from '../errors/diagnostic.ts'
import { defined } from '../lib/defined.ts'
import type { Decision } from './decide.ts'
import { containersOf } from './lookup.ts'
import { type FixedPort, samePort } from './host-ports.ts'
import type { Observed } from './observed.ts'
import { ownersOf } from './references.ts'

/**
 * What no engine could do: more containers than one name or one host port allows, or a share in what a service
 * without containers has.
 */
export const checkDecisions = (decisions: ReadonlyMap<string, Decision>, observed: Observed): Diagnostic[] => {
  const all = [...decisions.values()]
  const hasContainers = (name: string): boolean => {
    const decision = decisions.get(name)
    return decision ? decision.service.scale > 0 : containersOf(observed, name).length > 0
  }
  return [
    ...all.flatMap(checkScale),
    ...all.filter(({ service }) => service.scale > 0).flatMap((decision) => checkOwners(decision, hasContainers)),
    ...checkPorts(all),
  ]
}

const checkOwners = ({ service }: Decision, hasContainers: (name: string) => boolean): Diagnostic[] =>
  [...new Set(ownersOf(service))]
    .filter((owner) => !hasContainers(owner))
    .map((owner) => ({
      severity: 'error',
      code: 'E_PLAN_NO_CONTAINER',
      message: `Service "${service.name}" shares with a container of "${owner}", which has none`,
    }))

const checkScale = ({ service }: Decision): Diagnostic[] =>
  service.containerName !== undefined && service.scale > 1
    ? [
        {
          severity: 'error',
          code: 'E_PLAN_SCALE',
          message: `Cannot scale service "${service.name}" to ${service.scale}: container_name "${service.containerName}" is one name`,
        },
      ]
    : []

interface Claim extends FixedPort {
  readonly container: string
}

const PORT_HINT = 'Give one of them another host port, or a range to choose from'

const checkPorts = (decisions: readonly Decision[]): Diagnostic[] => {
  const claims = decisions.flatMap(claimsOf)
  const told = new Set<string>()
  return claims.flatMap((claim, index): Diagnostic[] => {
    const other = claims.slice(0, index).find((earlier) => samePort(earlier, claim))
    const port = `${claim.port}/${claim.protocol}`
    const key = `${port} ${claim.service} ${other?.service}`
    if (!other || told.has(key)) return []
    told.add(key)
    const message = `Host port ${port} is published twice: by "${other.container}" and by "${claim.container}"`
    const { where } = claim
    return [
      defined({ severity: 'error' as const, code: 'E_PLAN_PORT_TWICE' as const, message, where, hint: PORT_HINT }),
    ]
  })
}

/** The fixed host ports of every container that there will be. */
const claimsOf = ({ service, kept, made }: Decision): Claim[] => {
  const containers = [...kept.map((container) => container.name), ...made.map(({ name }) => name)]
  return containers.flatMap((container) => service.ports.map((port) => ({ ...port, container })))
}
