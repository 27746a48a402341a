import { createHash } from 'node:crypto'
import type { NetworkModel, ServiceModel, VolumeModel } from '../compose/model.ts'
import { goFields, goJson } from './go-json.ts'
import { NETWORK_FIELDS, SERVICE_FIELDS, VOLUME_FIELDS } from './service-shape.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * The value of `com.docker.compose.config-hash`, byte for byte docker compose's: a project may be handed from one to
 * the other without a container being made anew. References to services (`network_mode: service:x`, `volumes_from`)
 * must have been replaced by container ids first, as docker compose does when it creates a container.
 */
export const configHash = (service: ServiceModel): string => sha256(goJson(service, { struct: SERVICE_FIELDS }))

export const networkHash = (network: NetworkModel): string => sha256(goJson(network, { struct: NETWORK_FIELDS }))

export const volumeHash = (volume: VolumeModel): string =>
  sha256(goJson({ ...volume, driver: volume.driver || 'local' }, { struct: VOLUME_FIELDS }))

/** Hashes of text of any kind, shortened: equal texts have equal ones. */
const shortHash = (text: string): string => sha256(text).slice(0, 8)

/**
 * `image=1f3a…,environment.A=77b0…`: a short hash of every attribute, environment variables apart, for
 * {@link changedFields}. Holds no value.
 */
export const fieldHashes = (service: ServiceModel): string =>
  fieldsOf(service)
    .map(([key, text]) => `${encodeURIComponent(key)}=${shortHash(text)}`)
    .join(',')

const fieldsOf = (service: ServiceModel): [string, string][] =>
  goFields({ ...service }, SERVICE_FIELDS).flatMap(([key, text]): [string, string][] =>
    key === 'environment'
      ? Object.entries(service.environment ?? {}).map(([name, value]) => [`environment.${name}`, JSON.stringify(value)])
      : [[key, text]],
  )

/** Names of the attributes in which two values of {@link fieldHashes} differ. */
export const changedFields = (before: string, after: string): string[] => {
  const [old, now] = [readFields(before), readFields(after)]
  const keys = new Set([...old.keys(), ...now.keys()])
  return [...keys].filter((key) => old.get(key) !== now.get(key)).sort()
}

const readFields = (text: string): Map<string, string> =>
  new Map(
    text.split(',').flatMap((part): [string, string][] => {
      const [key = '', hash = ''] = part.split('=')
      return key === '' ? [] : [[decodeURIComponent(key), hash]]
    }),
  )
