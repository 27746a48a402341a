import type {
  ContainerConfig,
  EndpointSettings,
  Health,
  HostConfig,
  MountPoint,
  NetworkSettings,
} from '../../port/containers.ts'
import type { ProcessIdentity } from '../host/process-identity.ts'
import type { Digest } from '../../spec/digest.ts'

/** What is kept of a container. Its state survives the death of the engine; a reboot makes it exited. */
export interface ContainerRecord {
  readonly id: string
  /** Without slash. */
  name: string
  /** RFC 3339 with nanoseconds. */
  readonly created: string
  readonly imageId: Digest
  readonly diffIds: readonly Digest[]
  /** The request with what the image adds. */
  readonly config: ContainerConfig
  readonly hostConfig: HostConfig
  /** Environment of the image alone: what of `config.Env` a link passes on is all of it. */
  readonly mounts: readonly MountPoint[]
  /** Mount options that a MountPoint does not show, by destination. */
  readonly mountOptions: Readonly<Record<string, MountOptions>>
  /** Networks as asked for, by name. */
  endpoints: Record<string, EndpointSettings>
  networkSettings: NetworkSettings
  state: ContainerRunState
}

export interface MountOptions {
  readonly subpath?: string
  /** OCI mount options, e.g. `rprivate` or a tmpfs's `size=…`. */
  readonly options?: readonly string[]
  /** A missing host folder is made. */
  readonly createSource?: boolean
}

export interface ContainerRunState {
  phase: 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'removing' | 'dead'
  /** Init of the container on the host, with its start time: valid only on the boot `bootId`. */
  init?: ProcessIdentity
  monitor?: ProcessIdentity
  bootId?: string
  exitCode: number
  error: string
  oomKilled: boolean
  startedAt: string
  finishedAt: string
  restartCount: number
  /** The user stopped it: `unless-stopped` leaves it so. */
  manuallyStopped: boolean
  /** It has been started at least once. */
  hasRun: boolean
  /** Why the engine restarted it last, e.g. `unhealthy`. */
  restartCause?: string
}

/** Docker's zero time. */
export const ZERO_TIME = '0001-01-01T00:00:00Z'

export const newRunState = (): ContainerRunState => ({
  phase: 'created',
  exitCode: 0,
  error: '',
  oomKilled: false,
  startedAt: ZERO_TIME,
  finishedAt: ZERO_TIME,
  restartCount: 0,
  manuallyStopped: false,
  hasRun: false,
})

/** A container in memory. */
export interface Container {
  readonly record: ContainerRecord
  /** Result of the health checks while it runs; absent without one. */
  health?: Health
  readonly execIds: Set<string>
}

export const isRunning = (container: Container): boolean =>
  container.record.state.phase === 'running' || container.record.state.phase === 'paused'

/** `now` with the nanosecond form that Docker prints. */
export const timeNow = (): string => new Date().toISOString().replace('Z', '000000Z')
