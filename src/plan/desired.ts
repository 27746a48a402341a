import type { BuildModel, ServiceModel } from '../compose/model.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { ServiceGraph } from '../graph/service-graph.ts'
import type { ContainerCreate, EndpointSettings, MountSpec } from '../port/containers.ts'
import type { NetworkCreate } from '../port/networks.ts'
import type { VolumeCreate } from '../port/volumes.ts'
import type { FixedPort } from './host-ports.ts'

/** What a project should look like in the engine. Pure data, made by `desire`. */
export interface Desired {
  readonly project: string
  readonly services: Readonly<Record<string, DesiredService>>
  /** Services that exist but whose profiles are not active: their containers are no orphans. */
  readonly disabled: readonly string[]
  /** By key in the model. */
  readonly networks: Readonly<Record<string, DesiredNetwork>>
  readonly volumes: Readonly<Record<string, DesiredVolume>>
  readonly graph: ServiceGraph
  /** What the model asks for and cannot be given: errors, which the plan hands on, and warnings. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface DesiredNetwork {
  readonly key: string
  readonly name: string
  /** Must exist; never made nor removed. */
  readonly external: boolean
  readonly hash: string
  readonly create: NetworkCreate
}

export interface DesiredVolume {
  readonly key: string
  readonly name: string
  readonly external: boolean
  readonly hash: string
  readonly create: VolumeCreate
}

export interface DesiredService {
  readonly name: string
  /** Number of containers. */
  readonly scale: number
  /** Given by `container_name`; else names are made from project, service and number. */
  readonly containerName?: string
  /** Reference of the image; `project-service` when only `build` is given. */
  readonly image: string
  readonly build?: BuildModel
  readonly pullPolicy: PullPolicy
  readonly platform?: string
  /** Seconds; absent: the engine's. */
  readonly stopTimeout?: number
  /** The body of a container but for what differs by number and what only the engine knows (see `containerBody`). */
  readonly template: ContainerCreate
  /** The networks to join, the primary one first; empty with `network_mode`. */
  readonly endpoints: readonly DesiredEndpoint[]
  readonly links: readonly DesiredLink[]
  /** `container:alias`. */
  readonly externalLinks: readonly string[]
  /** Attributes whose `service:NAME` becomes `container:ID` at creation. */
  readonly namespaces: readonly NamespaceReference[]
  readonly volumesFrom: readonly VolumesFromSource[]
  /** Names in the engine of the named volumes that it mounts, with their targets. */
  readonly namedVolumes: readonly { readonly key: string; readonly name: string; readonly target: string }[]
  /** Targets of anonymous volumes that the model declares; the image may add more. */
  readonly anonymousTargets: readonly string[]
  /** Ports of the host that each of its containers needs. */
  readonly ports: readonly FixedPort[]
  /** Files that must be written first: configs and secrets given as text. */
  readonly files: readonly FileMount[]
  /** Hash of all `files`; absent without any. */
  readonly filesHash?: string
  /** What the config hash is made of: the canonical service. */
  readonly model: ServiceModel
}

export interface NamespaceReference {
  readonly attribute: 'network_mode' | 'ipc' | 'pid'
  readonly service: string
}

export type PullPolicy = 'always' | 'never' | 'missing' | 'build'

export interface DesiredEndpoint {
  /** Key in the model. */
  readonly network: string
  /** Name in the engine. */
  readonly name: string
  /** Without the container's own name among the aliases, and without links. */
  readonly settings: EndpointSettings
}

export interface DesiredLink {
  readonly service: string
  readonly alias: string
}

/** `volumes_from` of another service's first container, or of any container. */
export type VolumesFromSource =
  | { readonly kind: 'service'; readonly service: string; readonly mode: 'ro' | 'rw' }
  | { readonly kind: 'container'; readonly container: string; readonly mode: 'ro' | 'rw' }

/**
 * A config or secret that is given as text (`content`, `environment`). Whoever runs the plan writes it to a file on
 * the engine's host, below the project's state folder, and answers the absolute path.
 */
export interface FileMaterial {
  /** `configs/NAME` or `secrets/NAME`. */
  readonly name: string
  readonly text: string
  /** Permission bits. */
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
}

export interface FileMount {
  readonly material: FileMaterial
  /** `Source` is filled in with the path of the written file. */
  readonly mount: MountSpec
}
