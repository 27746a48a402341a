import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isAppError, messageOf } from '../../errors/app-error.ts'
import { deferred } from '../../lib/deferred.ts'
import { Scope } from '../../lib/scope.ts'
import { cgroupPaths, oomFile } from '../host/cgroups.ts'
import { createContainerMonitor, type CreatedMonitor, MonitorFailure } from '../host/monitor.ts'
import { processIdentity } from '../host/process-identity.ts'
import { ociJson } from '../runtime/oci-json.ts'
import { ociSpec } from '../runtime/oci-spec.ts'
import type { OciSpec } from '../runtime/oci.ts'
import { runtimeFailure } from '../runtime/runtime-failure.ts'
import { verifyContainer } from '../runtime/verify-container.ts'
import {
  type ContainerContext,
  cgroupPath,
  containerFolder,
  emitContainer,
  exitsFolder,
  logPath,
  monitorBase,
  runFolder,
} from './context.ts'
import { type EtcFiles, etcFiles, resolvText, writeEtcFile } from './etc-files.ts'
import { updateLinkedHosts, writeHosts } from './linked-hosts.ts'
import { linkEnvironment, linkTexts, resolveLinks } from './links.ts'
import { logSettings } from './log-settings.ts'
import { type AttachedNetwork, attachNetwork, detachNetwork } from './networking.ts'
import { noteState } from './note-state.ts'
import { containerProcess } from './process.ts'
import { type Container, type ContainerRecord, ZERO_TIME, isRunning, timeNow } from './record.ts'
import { releaseVolumes } from './release-volumes.ts'
import { removeContainer } from './remove.ts'
import { resolveMounts } from './resolve-mounts.ts'
import { shareMemory, unshareMemory } from './shared-memory.ts'

/**
 * Starts a container that does not run. When a step fails everything of the start is undone, the container keeps its
 * state `created` or `exited`, and the error is kept in it.
 */
export const startContainer = async (context: ContainerContext, container: Container): Promise<void> => {
  const { record } = container
  try {
    await launch(context, container)
  } catch (error) {
    record.state.error = messageOf(error)
    record.state.exitCode = isAppError(error) && error.exitCode > 1 ? error.exitCode : record.state.exitCode || 128
    await noteState(context, container)
    if (record.hostConfig.AutoRemove) await removeContainer(context, container, { volumes: true })
    throw error
  }
}

const launch = async (context: ContainerContext, container: Container): Promise<void> => {
  const { record } = container
  const { id, state, hostConfig } = record
  await using undo = new Scope()
  const links = resolveLinks(record, (name) => context.table.find(name), { strict: true })

  undo.defer(() => context.snapshots.unmount(id))
  undo.defer(() => detachNetwork(context, container))
  const [rootfs, network] = await allSettled([context.snapshots.mount(id), attachNetwork(context, container)])

  const files = await writeEtcFiles(context, container, network)
  undo.defer(() => releaseVolumes(context, record))
  undo.defer(() => unshareMemory(context, record))
  const mounts = [...(await shareMemory(context, record)), ...(await resolveMounts(context, record, files))]
  const environment = links.flatMap((link) => linkEnvironment(record.name, link))
  const { spec, warnings } = ociSpec(
    {
      id,
      rootfs,
      process: containerProcess(record, rootfs, environment),
      config: record.config,
      hostConfig,
      hostname: record.config.Hostname ?? '',
      mounts,
      ...(network.path === undefined ? {} : { netnsPath: network.path }),
      ...joinedNamespaces(context, record),
      cgroupsPath: cgroupPath(context.paths, id),
      ...(context.runtime.initPath === undefined ? {} : { initPath: context.runtime.initPath }),
    },
    context.facts,
  )
  for (const warning of warnings) context.warn(`${record.name}: ${warning}`)

  const monitor = await createRuntime(context, record, spec)
  undo.defer(() => rm(runFolder(context, id), { recursive: true, force: true }))
  undo.defer(() => monitor.abandon())
  const differences = verifyContainer(monitor.pid, spec)
  if (differences.length > 0) {
    throw new AppError('E_RUNTIME_VERIFY', `Cannot start container "${record.name}": ${differences.join('; ')}`)
  }
  await context.seccomp.learn(spec, id)
  const before = { ...state }
  Object.assign(state, {
    phase: 'running',
    error: '',
    exitCode: 0,
    oomKilled: false,
    startedAt: timeNow(),
    finishedAt: state.hasRun ? state.finishedAt : ZERO_TIME,
    hasRun: true,
    manuallyStopped: false,
    bootId: context.bootId,
    init: processIdentity(monitor.pid) ?? { pid: monitor.pid, startTime: '' },
    monitor: processIdentity(monitor.monitorPid) ?? { pid: monitor.monitorPid, startTime: '' },
  })
  if (!context.exits.has(id)) context.exits.set(id, deferred())
  undo.defer(() => {
    delete state.init
    delete state.monitor
    Object.assign(state, before)
  })
  await context.records.put(id, record, { durable: false })
  await monitor.start().catch((error: unknown) => {
    throw failure(error, spec)
  })
  undo.keep()
  emitContainer(context, container, 'start')
  context.hooks.started(container)
  await updateLinkedHosts(context, container)
  if (linkTexts(record).length > 0) await writeHosts(context, container)
}

/** The container's files below /etc; one that joins another's network uses that one's, which tell of its addresses. */
const writeEtcFiles = async (
  context: ContainerContext,
  container: Container,
  { owner, nameservers }: AttachedNetwork,
): Promise<EtcFiles> => {
  const { record } = container
  if (owner) return etcFiles(containerFolder(context, owner.record.id))
  const files = etcFiles(containerFolder(context, record.id))
  await Promise.all([
    writeHosts(context, container),
    writeEtcFile(files.hostname, `${record.config.Hostname}\n`),
    writeEtcFile(files.resolvConf, await resolvText(record, nameservers)),
  ])
  return files
}

const createRuntime = async (
  context: ContainerContext,
  record: ContainerRecord,
  spec: OciSpec,
): Promise<CreatedMonitor> => {
  const folder = runFolder(context, record.id)
  const logging = logSettings(record.hostConfig)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(exitsFolder(context), { recursive: true, mode: 0o700 })
  // The end of an earlier life that could not be recorded must not be taken for the end of this one.
  await rm(join(exitsFolder(context), record.id), { force: true })
  await writeFile(join(folder, 'config.json'), ociJson(context.seccomp.apply(spec)), { mode: 0o600 })
  try {
    return await createContainerMonitor({
      ...monitorBase(context, record.id),
      folder,
      bundle: folder,
      tty: record.config.Tty ?? false,
      stdin: record.config.OpenStdin ?? false,
      log: logging.enabled ? logPath(context, record.id) : '/dev/null',
      logMaxSize: logging.maxSize,
      logMaxFiles: logging.maxFiles,
      exitFile: join(exitsFolder(context), record.id),
      oomFile: oomFile(context.cgroups, cgroupPath(context.paths, record.id)),
      groups: cgroupPaths(context.cgroups, cgroupPath(context.paths, record.id)),
    })
  } catch (error) {
    throw failure(error, spec)
  }
}

const failure = (error: unknown, { process }: OciSpec): unknown =>
  error instanceof MonitorFailure ? runtimeFailure(error.message, { command: process.args[0] ?? '' }) : error

/** Like `Promise.all`, but waits for all before it rejects: what is undone then is not being made any more. */
const allSettled = async <T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> => {
  await Promise.allSettled(promises)
  return Promise.all(promises) as Promise<unknown> as Promise<T>
}

/** Namespaces of other containers that `IpcMode` and `PidMode` name. */
const joinedNamespaces = (
  context: ContainerContext,
  { hostConfig }: ContainerRecord,
): { ipcPath?: string; pidPath?: string } => {
  const pathOf = (mode: string | undefined, kind: string): string | undefined => {
    if (!mode?.startsWith('container:')) return undefined
    const owner = context.table.get(mode.slice('container:'.length))
    if (isRunning(owner)) return `/proc/${owner.record.state.init?.pid}/ns/${kind}`
    throw new AppError(
      'E_CONTAINER_CONFLICT',
      `cannot join ${kind} namespace of a non running container: ${owner.record.id}`,
    )
  }
  const ipcPath = pathOf(hostConfig.IpcMode, 'ipc')
  const pidPath = pathOf(hostConfig.PidMode, 'pid')
  return { ...(ipcPath ? { ipcPath } : {}), ...(pidPath ? { pidPath } : {}) }
}
