import { createHash } from 'node:crypto'
import type { NetworkModel, Project, ServiceModel, VolumeModel } from '../compose/model.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { serviceGraph, serviceOf } from '../graph/service-graph.ts'
import { defined } from '../lib/defined.ts'
import { networkHash, volumeHash } from './config-hash.ts'
import type {
  Desired,
  DesiredLink,
  DesiredNetwork,
  DesiredService,
  DesiredVolume,
  FileMount,
  NamespaceReference,
  VolumesFromSource,
} from './desired.ts'
import { endpointsOf } from './endpoints.ts'
import { fileObjects } from './file-objects.ts'
import { fixedPorts } from './host-ports.ts'
import { PULL_POLICIES, ignoredAttributes } from './ignored.ts'
import { LABEL } from './labels.ts'
import { defaultImageName } from './names.ts'
import { stopTimeout, templateOf } from './template.ts'

export interface DesireOptions {
  /** Version that goes into `com.docker.compose.version`. */
  readonly version: string
  /** `--scale`: number of containers by service; wins over the model. */
  readonly scale?: Readonly<Record<string, number>>
}

/** What the project should look like in the engine. Pure: nothing is read, the engine is not asked. */
export const desire = (project: Project, options: DesireOptions): Desired => {
  const { model } = project
  const services = mapValues(model.services, (_, name) => desireService(project, name, options))
  return {
    project: model.name,
    services: mapValues(services, ({ desired }) => desired),
    disabled: Object.keys(project.disabledServices),
    networks: mapValues(model.networks, (network, key) => desireNetwork(project, key, network, options.version)),
    volumes: mapValues(model.volumes, (volume, key) => desireVolume(project, key, volume, options.version)),
    graph: serviceGraph(model, (path) => project.where(path)),
    diagnostics: Object.values(services).flatMap(({ diagnostics }) => diagnostics),
  }
}

const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))

const desireService = (
  project: Project,
  name: string,
  options: DesireOptions,
): { desired: DesiredService; diagnostics: Diagnostic[] } => {
  const service: ServiceModel = project.model.services[name] ?? {}
  const image = service.image ?? defaultImageName(project.model.name, name)
  const endpoints = endpointsOf(name, service, project.model.networks)
  const files = fileObjects(project, name)
  const filesHash = files.files.length > 0 ? hashOf(files.files) : undefined
  const desired = defined({
    name,
    scale: options.scale?.[name] ?? service.scale ?? service.deploy?.replicas ?? 1,
    containerName: service.container_name,
    image,
    build: service.build,
    pullPolicy: PULL_POLICIES[service.pull_policy ?? 'missing'] ?? 'missing',
    platform: service.platform,
    stopTimeout: stopTimeout(service),
    template: templateOf({ project, name, service, image, endpoints, files, filesHash, version: options.version }),
    endpoints,
    links: (service.links ?? []).map(readLink),
    externalLinks: (service.external_links ?? []).map((link) => (link.includes(':') ? link : `${link}:${link}`)),
    namespaces: namespacesOf(service),
    volumesFrom: (service.volumes_from ?? []).map(readVolumesFrom),
    namedVolumes: namedVolumesOf(project, service),
    anonymousTargets: (service.volumes ?? [])
      .filter((volume) => volume.type === 'volume' && volume.source === undefined)
      .map((volume) => volume.target),
    ports: fixedPorts(project, name),
    files: files.files,
    filesHash,
    model: service,
  })
  return { desired, diagnostics: [...files.diagnostics, ...ignoredAttributes(project, name)] }
}

const hashOf = (files: readonly FileMount[]): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16)

const readLink = (text: string): DesiredLink => {
  const [service = text, alias = service] = text.split(':')
  return { service, alias }
}

/** `svc`, `svc:ro`, `container:name`, `container:name:ro`. */
const readVolumesFrom = (text: string): VolumesFromSource => {
  const parts = text.split(':')
  const mode = parts.at(-1) === 'ro' ? 'ro' : 'rw'
  const [first = text, second = ''] = parts
  return first === 'container'
    ? { kind: 'container', container: second, mode }
    : { kind: 'service', service: first, mode }
}

const namespacesOf = (service: ServiceModel): NamespaceReference[] =>
  (['network_mode', 'ipc', 'pid'] as const).flatMap((attribute) => {
    const owner = serviceOf(service[attribute])
    return owner === undefined ? [] : [{ attribute, service: owner }]
  })

const namedVolumesOf = (project: Project, service: ServiceModel): DesiredService['namedVolumes'] =>
  (service.volumes ?? []).flatMap(({ type, source, target }) => {
    const volume = type === 'volume' && source !== undefined ? project.model.volumes[source] : undefined
    return volume && source !== undefined ? [{ key: source, name: volume.name, target }] : []
  })

const desireNetwork = (project: Project, key: string, network: NetworkModel, version: string): DesiredNetwork => {
  const hash = networkHash(network)
  const { ipam } = network
  const create = defined({
    Name: network.name,
    Driver: network.driver,
    Options: network.driver_opts && { ...network.driver_opts },
    Internal: network.internal,
    Attachable: network.attachable,
    EnableIPv6: network.enable_ipv6,
    IPAM: ipam && (ipam.driver !== undefined || ipam.config !== undefined) ? ipamOf(ipam) : undefined,
    Labels: {
      ...network.labels,
      [LABEL.project]: project.model.name,
      [LABEL.network]: key,
      [LABEL.version]: version,
      [LABEL.configHash]: hash,
    },
  })
  return { key, name: network.name, external: network.external ?? false, hash, create }
}

const ipamOf = (ipam: NonNullable<NetworkModel['ipam']>): NonNullable<DesiredNetwork['create']['IPAM']> =>
  defined({
    Driver: ipam.driver,
    Options: ipam.options && { ...ipam.options },
    Config: ipam.config?.map((pool) =>
      defined({
        Subnet: pool.subnet,
        IPRange: pool.ip_range,
        Gateway: pool.gateway,
        AuxiliaryAddresses: pool.aux_addresses && { ...pool.aux_addresses },
      }),
    ),
  })

const desireVolume = (project: Project, key: string, volume: VolumeModel, version: string): DesiredVolume => {
  const hash = volumeHash(volume)
  const create = defined({
    Name: volume.name,
    Driver: volume.driver,
    DriverOpts: volume.driver_opts && { ...volume.driver_opts },
    Labels: {
      ...volume.labels,
      [LABEL.project]: project.model.name,
      [LABEL.volume]: key,
      [LABEL.version]: version,
      [LABEL.configHash]: hash,
    },
  })
  return { key, name: volume.name, external: volume.external ?? false, hash, create }
}
