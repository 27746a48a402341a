import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../errors/app-error.ts'
import { KeyedMutex } from '../lib/mutex.ts'
import type { EnginePort } from '../port/engine-port.ts'
import { applyChanges } from './build/apply-changes.ts'
import { openBuilder } from './build/open-builder.ts'
import { ContainerInputs } from './container/attach.ts'
import { type ContainerContext, type ContainerHooks, runtimeRoot } from './container/context.ts'
import { watchExits } from './container/exit.ts'
import { openContainers } from './container/open-containers.ts'
import { type ContainerRecord, isRunning } from './container/record.ts'
import { createStepRunner } from './container/run-step.ts'
import { startContainer } from './container/start.ts'
import { ContainerTable } from './container/table.ts'
import { abortable } from './abortable.ts'
import type { EnginePaths } from './context.ts'
import { EventLog } from './events.ts'
import { detectCgroups, prepareParent } from './host/cgroups.ts'
import { fullDisk, namingFullDisk } from './full-disk.ts'
import { createHost } from './host/create-host.ts'
import { openMonitorNursery } from './host/monitor-nursery.ts'
import { type FileLock, lockFile } from './host/file-lock.ts'
import { openImages } from './image/open-images.ts'
import { networksPort } from './networks-port.ts'
import { openNetworks } from './network/open-networks.ts'
import type { NetworkRecord } from './network/part.ts'
import { recover } from './recover.ts'
import { chooseRuntime } from './runtime/choose-runtime.ts'
import { readHostFacts } from './runtime/host-facts.ts'
import { openSeccompCache } from './runtime/seccomp-cache.ts'
import { openSnapshots } from './snapshot/open-snapshots.ts'
import { openBlobs } from './store/blobs.ts'
import { openRecords } from './store/records.ts'
import { replaceFile } from './store/replace-file.ts'
import { HealthChecks } from './supervise/health-checks.ts'
import { Restarts, startsWithEngine } from './supervise/restarts.ts'
import { openSystem } from './system.ts'
import { openVolumes } from './volume/open-volumes.ts'

export interface EngineOptions {
  readonly paths: EnginePaths
  readonly version: string
  /** `crun`, `runc` or the path of one. */
  readonly runtime?: string
  /** Told what the engine could not do as asked, one sentence each. */
  readonly warn?: (message: string) => void
}

export interface Engine {
  readonly port: EnginePort
  /** True while a container runs or waits for its restart. */
  isBusy(): boolean
  /** Ends the engine; its containers run on. */
  close(): Promise<void>
}

/**
 * Opens the engine of a data root: locks it, takes over what the last engine left and starts supervision.
 * @throws E_HOST_NOT_ROOT, E_STORE_LOCKED, E_STORE_FULL, E_RUNTIME_MISSING
 */
export const openEngine = async (options: EngineOptions): Promise<Engine> => {
  try {
    return await open(options)
  } catch (error) {
    throw await fullDisk(error, options.paths)
  }
}

const open = async (options: EngineOptions): Promise<Engine> => {
  const { paths, version, warn = () => undefined } = options
  if (process.getuid?.() !== 0) throw new AppError('E_HOST_NOT_ROOT', 'Cannot start the engine: it needs root')
  const locks = await lockFolders(paths)

  const host = createHost()
  const events = new EventLog()
  const emit = events.emit.bind(events)
  const cgroups = detectCgroups()
  const facts = readHostFacts(cgroups)
  const table = new ContainerTable()
  const onBroken = (file: string, reason: string): void => warn(`${file} cannot be read and was set aside: ${reason}`)
  const recordFolder = (kind: string): string => join(paths.root, 'records', kind)

  const [runtime, blobs, snapshots, volumes, networkRecords, records, bootId] = await Promise.all([
    chooseRuntime(host, { stateDir: paths.state, cgroups, ...(options.runtime ? { prefer: options.runtime } : {}) }),
    openBlobs(paths),
    openSnapshots({ host, paths }),
    openVolumes({
      host,
      paths,
      emit,
      usedBy: (name) =>
        table
          .all()
          .filter(({ record }) => record.mounts.some((m) => m.Name === name))
          .map(({ record }) => record.id),
    }),
    openRecords<NetworkRecord>(recordFolder('networks'), onBroken),
    openRecords<ContainerRecord>(recordFolder('containers'), onBroken),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim()),
    prepareParent(cgroups, `/tsc-${paths.tag}`),
  ])
  const images = await openImages({
    host,
    paths,
    blobs,
    layers: snapshots,
    applyChanges,
    usersOf: (id) =>
      table
        .all()
        .filter(({ record }) => record.imageId === id)
        .map((container) => ({ id: container.record.id, running: isRunning(container) })),
  })
  const networks = await openNetworks({
    host,
    paths,
    emit,
    records: { ...networkRecords, put: (record) => networkRecords.put(record.id, record) },
  })

  const hooks: ContainerHooks = {
    started(container) {
      health.start(container)
      void inputs.started(container)
    },
    resumed: (container) => health.start(container, { resume: true }),
    ended: (container) => health.stop(container),
    willRestart: (container, exit) => restarts.willRestart(container, exit),
    exited(container, exit, restarting) {
      inputs.ended(container)
      restarts.exited(container, exit, restarting)
    },
    cancelled: (container) => restarts.cancel(container),
  }
  const seccomp = await openSeccompCache({
    runtime,
    runtimeRoot: runtimeRoot(paths),
    folder: join(paths.state, 'seccomp'),
  })
  const nursery = await openMonitorNursery(paths.state)
  const context: ContainerContext = {
    paths,
    nursery,
    seccomp,
    host,
    images,
    snapshots,
    networks,
    volumes,
    runtime,
    cgroups,
    facts,
    records,
    table,
    mutex: new KeyedMutex(),
    exits: new Map(),
    hooks,
    bootId,
    emit,
    warn,
  }
  const inputs = new ContainerInputs(context)
  const restarts = new Restarts(context)
  const containers = openContainers(context, inputs)
  const health = new HealthChecks({
    context,
    execs: containers.execs,
    onUnhealthy: (container) => void restarts.unhealthy(container),
  })
  const builder = await openBuilder({ images, snapshots, host, paths, runner: createStepRunner(context) })

  await recover(context)
  const exitWatch = await watchExits(context)
  for (const container of table.all()) {
    if (container.record.state.phase === 'running') health.start(container, { resume: true })
    if (container.record.state.phase === 'restarting') restarts.resume(container)
  }
  await startAtBoot(context)

  const offer = <T extends object>(part: T): T => abortable(namingFullDisk(part, paths))
  return {
    port: {
      system: abortable(openSystem(context, { version })),
      events,
      containers: offer(containers),
      images: offer(images),
      builder: namingFullDisk(builder, paths),
      networks: offer(networksPort(context)),
      volumes: offer(volumes),
    },
    isBusy: () =>
      table.all().some((container) => isRunning(container) || container.record.state.phase === 'restarting'),
    async close() {
      await exitWatch.close()
      health.close()
      restarts.close()
      await networks.close()
      await nursery.close()
      await host.close()
      for (const lock of locks) lock.release()
    },
  }
}

/** Neither folder can serve two engines: each would clear away what the other one made. */
const lockFolders = async (paths: EnginePaths): Promise<FileLock[]> => {
  const folders = [
    ['data root', paths.root],
    ['state folder', paths.state],
  ] as const
  const locks = await Promise.all(folders.map(([, folder]) => lockFile(join(folder, 'engine.lock'))))
  const free = locks.filter((lock) => lock !== undefined)
  if (free.length === folders.length) return free
  for (const lock of free) lock.release()
  const [what, folder] = folders[locks.indexOf(undefined)] ?? folders[0]
  throw new AppError('E_STORE_LOCKED', `Cannot start the engine: another one uses the ${what} "${folder}"`)
}

/**
 * After a reboot, restart policies bring up what ran before, once a boot; the eldest first, since a container can only
 * need what was there before it.
 */
const startAtBoot = async (context: ContainerContext): Promise<void> => {
  const file = join(context.paths.root, 'boot-id')
  if (existsSync(file) && (await readFile(file, 'utf8')) === context.bootId) return
  const inOrder = context.table.all().toSorted((a, b) => (a.record.created < b.record.created ? -1 : 1))
  for (const container of inOrder) {
    if (isRunning(container) || !startsWithEngine(container.record)) continue
    await startContainer(context, container).catch((error: unknown) =>
      context.warn(`${container.record.name}: cannot start it after the reboot: ${messageOf(error)}`),
    )
  }
  await replaceFile(file, context.bootId)
}
