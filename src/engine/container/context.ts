import { join } from 'node:path'
import type { EngineEvent } from '../../port/system.ts'
import type { EnginePaths } from '../context.ts'
import type { Cgroups } from '../host/cgroups.ts'
import type { Host } from '../host/host.ts'
import type { MonitorNursery } from '../host/monitor-nursery.ts'
import type { ImagePart } from '../image/part.ts'
import type { NetworkPart } from '../network/part.ts'
import type { HostFacts } from '../runtime/host-facts.ts'
import type { RuntimeChoice } from '../runtime/choose-runtime.ts'
import type { SeccompCache } from '../runtime/seccomp-cache.ts'
import type { SnapshotPart } from '../snapshot/part.ts'
import type { Records } from '../store/records.ts'
import type { VolumePart } from '../volume/part.ts'
import type { KeyedMutex } from '../../lib/mutex.ts'
import type { Deferred } from '../../lib/deferred.ts'
import type { Container, ContainerRecord } from './record.ts'
import type { ContainerTable } from './table.ts'

/** How a container ended. */
export interface ExitInfo {
  readonly exitCode: number
  readonly oomKilled: boolean
  /** RFC 3339 with nanoseconds. */
  readonly finishedAt: string
}

/** What the container room works with; made by the composition root. */
export interface ContainerContext {
  readonly paths: EnginePaths
  readonly host: Host
  readonly images: ImagePart
  readonly snapshots: SnapshotPart
  readonly networks: NetworkPart
  readonly volumes: VolumePart
  readonly runtime: RuntimeChoice
  readonly seccomp: SeccompCache
  readonly nursery: MonitorNursery
  readonly cgroups: Cgroups
  readonly facts: HostFacts
  readonly records: Records<ContainerRecord>
  readonly table: ContainerTable
  /** One operation at a time on one container. */
  readonly mutex: KeyedMutex
  /** Settled by the next exit of a container. */
  readonly exits: Map<string, Deferred<ExitInfo>>
  readonly hooks: ContainerHooks
  readonly bootId: string
  emit(event: Pick<EngineEvent, 'Type' | 'Action' | 'Actor'>): void
  warn(message: string): void
}

/** Where supervision joins in: the container room decides nothing about restarts. */
export interface ContainerHooks {
  /** A container was started, by a user or by supervision. */
  started(container: Container): void
  /** It runs on after a pause. */
  resumed(container: Container): void
  /** It stopped being checked: paused, stopping, gone. */
  ended(container: Container): void
  /** Asked before an exit is recorded: true keeps the container in `restarting`. */
  willRestart(container: Container, exit: ExitInfo): boolean
  /** The exit has been recorded and its resources are given back. */
  exited(container: Container, exit: ExitInfo, restarting: boolean): void
  /** A user stopped or removed it: any pending restart is off. */
  cancelled(container: Container): void
}

/** Folder of a container below the data root: log, hosts, hostname, resolv.conf. */
export const containerFolder = ({ paths }: Pick<ContainerContext, 'paths'>, id: string): string =>
  join(paths.root, 'containers', id)

export const logPath = (context: Pick<ContainerContext, 'paths'>, id: string): string =>
  join(containerFolder(context, id), 'container.log')

/** Folder of a running container below the state folder: bundle, control FIFO, pid. */
export const runFolder = ({ paths }: Pick<ContainerContext, 'paths'>, id: string): string =>
  join(paths.state, 'containers', id)

/** Monitors leave one file a finished container here. */
export const exitsFolder = ({ paths }: Pick<ContainerContext, 'paths'>): string => join(paths.state, 'exits')

/** Event of a container with Docker's attributes: its name, its image and its labels. */
export const emitContainer = (
  context: ContainerContext,
  container: Container,
  action: string,
  attributes: Record<string, string> = {},
): void => {
  const { id, name, config } = container.record
  context.emit({
    Type: 'container',
    Action: action,
    Actor: { ID: id, Attributes: { ...config.Labels, image: config.Image ?? '', name, ...attributes } },
  })
}

/** Group of a container below each controller's root. */
export const cgroupPath = ({ tag }: EnginePaths, id: string): string => `/tsc-${tag}/${id}`

/** Where the OCI runtime keeps its state. */
export const runtimeRoot = ({ state }: EnginePaths): string => join(state, 'runtime')

/** What every monitor of a container needs to know. */
export const monitorBase = (
  { nursery, paths, runtime }: ContainerContext,
  id: string,
): { nursery: MonitorNursery; runtime: string; runtimeRoot: string; hideUnified: boolean; containerId: string } => ({
  nursery,
  runtime: runtime.path,
  runtimeRoot: runtimeRoot(paths),
  hideUnified: runtime.hideUnified,
  containerId: id,
})
