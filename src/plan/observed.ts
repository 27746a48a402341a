import type { ContainerStatus, MountPoint } from '../port/containers.ts'
import type { Labels } from '../port/common.ts'

/** What the engine holds of a project. Pure data, made by the scheduler's `observe`. */
export interface Observed {
  readonly project: string
  /** All that carry the project's label, one-offs too. */
  readonly containers: readonly ObservedContainer[]
  /** All networks of the engine. */
  readonly networks: readonly ObservedNetwork[]
  /** All volumes of the engine. */
  readonly volumes: readonly ObservedVolume[]
  /** Image id by canonical reference (`docker.io/library/nginx:latest`). */
  readonly images: Readonly<Record<string, string>>
}

export interface ObservedContainer {
  readonly id: string
  /** Without the leading slash. */
  readonly name: string
  readonly service: string
  /** `com.docker.compose.container-number`; 0 without one. */
  readonly number: number
  readonly oneOff: boolean
  readonly state: ContainerStatus
  /** `none` without a health check, and while it does not run. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  /** Of an exited container. */
  readonly exitCode?: number
  readonly image: string
  readonly imageId: string
  readonly labels: Labels
  readonly networks: readonly { readonly name: string; readonly id: string }[]
  readonly mounts: readonly MountPoint[]
  /** Unix seconds. */
  readonly created: number
}

export interface ObservedNetwork {
  readonly id: string
  readonly name: string
  readonly labels: Labels
}

export interface ObservedVolume {
  readonly name: string
  readonly labels: Labels
}
