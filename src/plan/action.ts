import type { BuildModel } from '../compose/model.ts'
import type { MountPoint } from '../port/containers.ts'
import type { NetworkCreate } from '../port/networks.ts'
import type { VolumeCreate } from '../port/volumes.ts'
import type { DesiredService } from './desired.ts'

/** A container as a step names it: `target` is what the engine is given, `label` what a reader sees (`web/1`). */
export interface ContainerRef {
  /** Id of one that exists, name of one that the plan makes. */
  readonly target: string
  /** The name that users know it by. */
  readonly name: string
  readonly service: string
  readonly number: number
}

/** Arguments of every kind of action; executors get exactly these. */
export interface ActionArgs {
  'image.pull': { readonly image: string; readonly service: string; readonly platform?: string }
  'image.build': {
    readonly image: string
    readonly service: string
    readonly build: BuildModel
    readonly pull: boolean
  }
  'image.remove': { readonly image: string }
  'network.create': { readonly create: NetworkCreate }
  /** `gentle`: one that is still in use stays, with a warning. */
  'network.remove': { readonly name: string; readonly id: string; readonly gentle: boolean }
  'volume.create': { readonly create: VolumeCreate }
  'volume.remove': { readonly name: string; readonly gentle: boolean }
  'container.create': ContainerCreation
  'container.start': { readonly container: ContainerRef }
  'container.stop': { readonly container: ContainerRef; readonly timeout?: number; readonly replaced: boolean }
  'container.restart': { readonly container: ContainerRef; readonly timeout?: number }
  'container.kill': { readonly container: ContainerRef; readonly signal: string }
  /** `volumes`: its anonymous volumes go too. */
  'container.remove': {
    readonly container: ContainerRef
    readonly force: boolean
    readonly volumes: boolean
    readonly replaced: boolean
  }
  /** `replaces`: ends the replacement of a container. */
  'container.rename': { readonly container: ContainerRef; readonly to: string; readonly replaces: boolean }
  /** All of the containers are healthy. `required: false`: a failure is a warning. */
  'wait.healthy': WaitArgs
  /** All of the containers have exited with status 0. */
  'wait.completed': WaitArgs
}

export interface WaitArgs {
  readonly service: string
  readonly containers: readonly ContainerRef[]
  readonly required: boolean
}

export interface ContainerCreation {
  readonly service: DesiredService
  readonly number: number
  /** The final name. */
  readonly name: string
  /** The name to create it under: the final one, or a temporary one beside a container that it replaces. */
  readonly createName: string
  /** Id of the local image, when it is known before the plan runs. */
  readonly imageId?: string
  /** The container whose place it takes. */
  readonly replaces?: { readonly id: string; readonly name: string }
  /** Anonymous volumes of the replaced container, to be kept. */
  readonly inherit: readonly MountPoint[]
  /** Names of the containers of every service that it links to, takes volumes from or shares a namespace with. */
  readonly peers: Readonly<Record<string, readonly ContainerRef[]>>
}

export type ActionKind = keyof ActionArgs

export type Action<K extends ActionKind = ActionKind> = { [P in K]: { readonly kind: P } & ActionArgs[P] }[K]
