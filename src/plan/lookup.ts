import { isAppError } from '../errors/app-error.ts'
import { canonicalName, imageRef } from '../spec/image-ref.ts'
import type { ContainerRef } from './action.ts'
import type { Observed, ObservedContainer, ObservedNetwork } from './observed.ts'

/** Id of the local image that a reference means, by name, by digest, or by id. */
export const imageIdOf = (observed: Pick<Observed, 'images'>, reference: string): string | undefined => {
  const key = imageKey(reference)
  if (key !== undefined && observed.images[key] !== undefined) return observed.images[key]
  const hex = reference.replace(/^sha256:/, '')
  if (!/^[0-9a-f]{12,64}$/.test(hex)) return undefined
  return Object.values(observed.images).find((id) => id.startsWith(`sha256:${hex}`))
}

/** The canonical name, `docker.io/library/nginx:latest`; undefined for text that is no reference (an id). */
export const imageKey = (reference: string): string | undefined => {
  try {
    return canonicalName(imageRef(reference))
  } catch (error) {
    if (isAppError(error, 'E_SPEC_INVALID')) return undefined
    throw error
  }
}

export const networkNamed = (observed: Observed, name: string): ObservedNetwork | undefined =>
  observed.networks.find((network) => network.name === name || network.id === name)

/** Containers of a service, one-offs left out, by number. */
export const containersOf = (observed: Observed, service: string): ObservedContainer[] =>
  observed.containers
    .filter((container) => container.service === service && !container.oneOff)
    .sort((a, b) => a.number - b.number || a.created - b.created)

export const refOf = (container: ObservedContainer): ContainerRef => ({
  target: container.id,
  name: container.name,
  service: container.service,
  number: container.number,
})

/** Running in the wide sense: a stop would have something to end. */
export const isAlive = (container: ObservedContainer): boolean =>
  container.state === 'running' || container.state === 'restarting' || container.state === 'paused'
