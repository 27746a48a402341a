import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Decision } from './decide.ts'

/** What no engine could do: more containers than one name or one host port allows. */
export const checkDecisions = (decisions: Iterable<Decision>): Diagnostic[] => {
  const all = [...decisions]
  return [...all.flatMap(checkScale), ...checkPorts(all)]
}

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

interface Claim {
  readonly service: string
  readonly container: string
  readonly ip: string
  readonly port: string
}

const ANY_ADDRESS = new Set(['', '0.0.0.0', '::'])

const checkPorts = (decisions: readonly Decision[]): Diagnostic[] => {
  const claims = decisions.flatMap(claimsOf)
  const told = new Set<string>()
  return claims.flatMap((claim, index): Diagnostic[] => {
    const other = claims.slice(0, index).find((earlier) => clash(earlier, claim))
    const key = `${claim.port} ${claim.service} ${other?.service}`
    if (!other || told.has(key)) return []
    told.add(key)
    const message = `Host port ${claim.port} is published twice: by "${other.container}" and by "${claim.container}"`
    return [{ severity: 'error', code: 'E_PLAN_PORT_TWICE', message }]
  })
}

/** Host ports that are one port, not a range to choose from, for every container that there will be. */
const claimsOf = ({ service, kept, made }: Decision): Claim[] => {
  const ports = Object.entries(service.template.HostConfig?.PortBindings ?? {}).flatMap(([target, bindings]) =>
    (bindings ?? [])
      .filter(({ HostPort }) => /^[1-9]\d*$/.test(HostPort))
      .map(({ HostIp, HostPort }) => ({ ip: HostIp, port: `${HostPort}/${target.split('/')[1] ?? 'tcp'}` })),
  )
  const containers = [...kept.map((container) => container.name), ...made.map(({ name }) => name)]
  return containers.flatMap((container) => ports.map((port) => ({ service: service.name, container, ...port })))
}

const clash = (a: Claim, b: Claim): boolean =>
  a.port === b.port && (a.ip === b.ip || ANY_ADDRESS.has(a.ip) || ANY_ADDRESS.has(b.ip))
