import type { ContainerCreate, EndpointSettings, HostConfig, MountSpec } from '../port/containers.ts'
import type { ContainerCreation, ContainerRef } from './action.ts'
import { configHash } from './config-hash.ts'
import type { DesiredService, FileMaterial } from './desired.ts'
import { LABEL } from './labels.ts'
import { resolvedModel, volumesFromOf } from './references.ts'

/** What only the engine knew, by the time that a container is made. */
export interface Bindings {
  readonly imageId: string
  /** Targets of the volumes that the image declares; asked for only where a container has anonymous volumes to keep. */
  readonly imageVolumes: readonly string[]
  /** Ids of containers that the plan made. */
  idOf(container: ContainerRef): string
  /** Paths of the written files. */
  pathOf(material: FileMaterial): string
}

/** The whole body of `POST /containers/create` of one container. */
export const containerBody = (project: string, creation: ContainerCreation, bindings: Bindings): ContainerCreate => {
  const { service, number, name } = creation
  const first = (owner: string): string => {
    const ref = creation.peers[owner]?.[0]
    return ref ? bindings.idOf(ref) : owner
  }
  const links = linksOf(project, creation)
  return {
    ...service.template,
    Labels: {
      ...service.template.Labels,
      [LABEL.number]: String(number),
      [LABEL.configHash]: configHash(resolvedModel(service, first)),
      [LABEL.image]: bindings.imageId,
      ...(creation.replaces ? { [LABEL.replace]: creation.replaces.name } : {}),
    },
    HostConfig: {
      ...service.template.HostConfig,
      ...namespaceModes(service, first),
      ...(service.volumesFrom.length > 0 ? { VolumesFrom: volumesFromOf(service, first) } : {}),
      ...(links.length > 0 && isDefaultBridge(service) ? { Links: links } : {}),
      ...mounts(creation, bindings),
    },
    ...(service.endpoints.length > 0 ? { NetworkingConfig: { EndpointsConfig: endpoints(service, name, links) } } : {}),
  }
}

const isDefaultBridge = (service: DesiredService): boolean =>
  service.model.network_mode === 'bridge' || service.model.network_mode === 'default'

const HOST_CONFIG_MODE = { network_mode: 'NetworkMode', ipc: 'IpcMode', pid: 'PidMode' } as const

const namespaceModes = (service: DesiredService, first: (owner: string) => string): HostConfig =>
  Object.fromEntries(
    service.namespaces.map(({ attribute, service }) => [HOST_CONFIG_MODE[attribute], `container:${first(service)}`]),
  )

/**
 * `container:alias` for every container of every linked service, under the link's alias, `service-number` and
 * `project-service-number`, as Compose has always named them; then the external ones.
 */
const linksOf = (project: string, { service, peers }: ContainerCreation): string[] => {
  const links = service.links.flatMap((link) =>
    (peers[link.service] ?? []).flatMap(({ name, number }) => {
      const short = `${link.service}-${number}`
      return [link.alias, short, `${project}-${short}`].map((alias) => `${name}:${alias}`)
    }),
  )
  return [...new Set([...links, ...service.externalLinks])]
}

const endpoints = (service: DesiredService, name: string, links: string[]): Record<string, EndpointSettings> =>
  Object.fromEntries(
    service.endpoints.map((endpoint) => [
      endpoint.name,
      {
        ...endpoint.settings,
        Aliases: [name, ...(endpoint.settings.Aliases ?? [])],
        ...(links.length > 0 ? { Links: links } : {}),
      },
    ]),
  )

/** The template's mounts, with the written files, and with the kept anonymous volumes in the place of new ones. */
const mounts = ({ service, inherit }: ContainerCreation, bindings: Bindings): HostConfig => {
  const declared = new Set([...bindings.imageVolumes, ...service.anonymousTargets])
  const kept = inherit.flatMap((point): MountSpec[] =>
    declared.has(point.Destination) && point.Name !== undefined
      ? [{ Type: 'volume', Source: point.Name, Target: point.Destination, ...(point.RW ? {} : { ReadOnly: true }) }]
      : [],
  )
  const replaced = new Set(kept.map((mount) => mount.Target))
  const own = (service.template.HostConfig?.Mounts ?? []).filter((mount) => !replaced.has(mount.Target))
  const files = service.files.map(({ material, mount }) => ({ ...mount, Source: bindings.pathOf(material) }))
  const all = [...own, ...kept, ...files]
  return all.length > 0 ? { Mounts: all } : {}
}
