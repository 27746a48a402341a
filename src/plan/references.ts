import type { ServiceModel } from '../compose/model.ts'
import type { DesiredService } from './desired.ts'

/** Id of the first container of a service. */
export type FirstContainer = (service: string) => string

/** Services whose containers must be there before one of `service` can be made: it names them by id. */
export const ownersOf = (service: DesiredService): string[] => [
  ...service.namespaces.map((reference) => reference.service),
  ...service.volumesFrom.flatMap((source) => (source.kind === 'service' ? [source.service] : [])),
]

/** `volumes_from` as the engine takes it. */
export const volumesFromOf = (service: DesiredService, first: FirstContainer): string[] =>
  service.volumesFrom.map((source) => {
    const container = source.kind === 'service' ? first(source.service) : source.container
    return source.mode === 'ro' ? `${container}:ro` : container
  })

/** The model with references to services replaced by those to containers: what the config hash is made of. */
export const resolvedModel = (service: DesiredService, first: FirstContainer): ServiceModel => ({
  ...service.model,
  ...Object.fromEntries(service.namespaces.map(({ attribute, service }) => [attribute, `container:${first(service)}`])),
  ...(service.volumesFrom.length > 0 ? { volumes_from: volumesFromOf(service, first) } : {}),
})
