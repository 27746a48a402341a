import { changedFields, configHash } from './config-hash.ts'
import type { DesiredService } from './desired.ts'
import { LABEL, OWN_LABEL } from './labels.ts'
import type { ObservedContainer } from './observed.ts'
import { ownersOf, resolvedModel } from './references.ts'
import type { UpPolicy } from './policy.ts'

/** What a container is compared with. */
export interface Expected {
  readonly service: DesiredService
  readonly recreate: UpPolicy['recreate']
  /** Id of the local image; undefined when it is yet to be fetched. */
  readonly imageId: string | undefined
  /** Id by name of the networks that stay as they are; others are made in this plan. */
  readonly networkIds: ReadonlyMap<string, string>
  /** First container of a service that stays; undefined when it is made in this plan. */
  readonly keptOwner: (service: string) => string | undefined
}

type Rule = (container: ObservedContainer, expected: Expected) => string | undefined

/** Why a container must be made anew, as docker compose decides it (`mustRecreate`); the first rule that speaks. */
export const recreateCause: Rule = (container, expected) => {
  if (container.state === 'dead') return 'dead'
  if (expected.recreate === 'never') return undefined
  if (expected.recreate === 'force') return 'forced'
  for (const rule of RULES) {
    const cause = rule(container, expected)
    if (cause !== undefined) return cause
  }
  return undefined
}

const ownerMadeAnew: Rule = (_, { service, keptOwner }) => {
  const owner = ownersOf(service).find((name) => keptOwner(name) === undefined)
  return owner === undefined ? undefined : `"${owner}", which it shares with, is made anew`
}

const configChanged: Rule = (container, { service, keptOwner }) => {
  const hash = configHash(resolvedModel(service, (owner) => keptOwner(owner) ?? owner))
  if (container.labels[LABEL.configHash] === hash) return undefined
  const before = container.labels[OWN_LABEL.fields]
  const after = service.template.Labels?.[OWN_LABEL.fields]
  const fields = before === undefined || after === undefined ? [] : changedFields(before, after)
  return fields.length === 0 ? 'config changed' : `config changed: ${fields.join(', ')}`
}

const onUnhealthyChanged: Rule = (container, { service }) =>
  container.labels[OWN_LABEL.onUnhealthy] === service.template.Labels?.[OWN_LABEL.onUnhealthy]
    ? undefined
    : 'config changed: x-on-unhealthy'

/** A container without the label was not made by this product: nothing is known of its files. */
const filesChanged: Rule = (container, { service }) => {
  const before = container.labels[OWN_LABEL.files]
  return before === undefined || before === service.filesHash ? undefined : 'content of a config or secret changed'
}

const imageChanged: Rule = (container, { imageId }) => {
  if (imageId === undefined) return 'image is fetched'
  return container.labels[LABEL.image] === imageId ? undefined : 'image changed'
}

/** A container that never ran has no network id yet: the engine looks the name up when it starts. */
const networkMissing: Rule = (container, { service, networkIds }) => {
  const missing = service.endpoints.find((endpoint) => {
    const joined = container.networks.find((network) => network.name === endpoint.name)
    return joined === undefined || (joined.id !== '' && joined.id !== networkIds.get(endpoint.name))
  })
  return missing === undefined ? undefined : `not connected to network ${missing.network}`
}

const volumeMissing: Rule = (container, { service }) => {
  const missing = service.namedVolumes.find(({ name }) => !container.mounts.some((mount) => mount.Name === name))
  return missing === undefined ? undefined : `volume ${missing.key} not mounted`
}

const RULES: readonly Rule[] = [
  ownerMadeAnew,
  configChanged,
  onUnhealthyChanged,
  filesChanged,
  imageChanged,
  networkMissing,
  volumeMissing,
]
