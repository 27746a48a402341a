import { type FSWatcher, watch } from 'node:fs'
import { mkdir, readFile, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cgroupPaths, oomKills, removeCgroups } from '../host/cgroups.ts'
import { isAlive } from '../host/process-identity.ts'
import {
  type ContainerContext,
  type ExitInfo,
  cgroupPath,
  emitContainer,
  exitsFolder,
  runFolder,
  runtimeRoot,
} from './context.ts'
import { updateLinkedHosts } from './linked-hosts.ts'
import { detachNetwork } from './networking.ts'
import { noteState } from './note-state.ts'
import { type Container, isRunning, timeNow } from './record.ts'
import { releaseVolumes } from './release-volumes.ts'
import { removeContainer } from './remove.ts'
import { unshareMemory } from './shared-memory.ts'

const CHECK_MS = 2000

export interface ExitWatch {
  /** Waits for what is being recorded; exits from now on are the next engine's. */
  close(): Promise<void>
}

/**
 * Takes the files that monitors leave in the exits folder, as they come and those that are there already,
 * and looks every two seconds for containers whose monitor died without one.
 */
export const watchExits = async (context: ContainerContext): Promise<ExitWatch> => {
  const folder = exitsFolder(context)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const watching = { isOver: false }
  const taking = new Set<Promise<void>>()
  const take = async (id: string): Promise<void> => {
    if (id.endsWith('.tmp')) return
    const taken = takeExit(context, id, watching).catch((error: unknown) =>
      context.warn(`cannot record the exit of ${id}: ${String(error)}`),
    )
    taking.add(taken)
    await taken
    taking.delete(taken)
  }
  const watcher: FSWatcher = watch(folder, { persistent: false }, (_, name) => {
    if (name) void take(name)
  })
  watcher.on('error', () => undefined)
  await Promise.all((await readdir(folder)).map(take))
  const timer = setInterval(() => {
    for (const container of context.table.all()) void findLost(context, container, watching)
  }, CHECK_MS).unref()
  return {
    async close() {
      watching.isOver = true
      watcher.close()
      clearInterval(timer)
      await Promise.all(taking)
    },
  }
}

interface Watching {
  isOver: boolean
}

const takeExit = async (context: ContainerContext, id: string, watching: Watching): Promise<void> => {
  const file = join(exitsFolder(context), id)
  const container = context.table.find(id)
  await context.mutex.run(`exit ${id}`, async () => {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text === undefined || watching.isOver) return
    const recorded = (): Promise<void> => rm(file, { force: true })
    if (!container || !isRunning(container)) return recorded()
    const [code = '255', finishedAt = timeNow(), oom = '0'] = text.trim().split(' ')
    await finish(context, container, { exitCode: Number(code), finishedAt, oomKilled: oom === '1' }, recorded)
  })
}

/** A container whose monitor is gone without an exit file: it runs on unwatched, or it has ended with a status nobody knows. */
const findLost = async (context: ContainerContext, container: Container, watching: Watching): Promise<void> => {
  const { state, id, name } = container.record
  if (!isRunning(container) || !state.monitor || !state.init || isAlive(state.monitor)) return
  if (isAlive(state.init)) return
  await takeExit(context, id, watching)
  if (!isRunning(container) || watching.isOver) return
  context.warn(`${name}: the monitor was killed; the exit status is not known`)
  await context.mutex.run(`exit ${id}`, async () => {
    if (!isRunning(container)) return
    const path = cgroupPath(context.paths, id)
    const oomKilled = (await oomKills(context.cgroups, path)) > 0
    await removeCgroups(context.cgroups, path, { kill: true })
    await rm(join(runtimeRoot(context.paths), id), { recursive: true, force: true })
    await finish(context, container, { exitCode: 137, finishedAt: timeNow(), oomKilled })
  })
}

/**
 * Records the end of a container and gives back what it held; called once an end. `recorded` is called when the end is on
 * disk, before anyone is told: whoever starts it again at once may meet its next end. On a full disk it is not called.
 */
const finish = async (
  context: ContainerContext,
  container: Container,
  exit: ExitInfo,
  recorded: () => Promise<void> = () => Promise.resolve(),
): Promise<void> => {
  const { record } = container
  const { id, state } = record
  const restarting = context.hooks.willRestart(container, exit)
  context.hooks.ended(container)
  await detachNetwork(context, container)
  await context.snapshots.unmount(id)
  await unshareMemory(context, record)
  await rm(runFolder(context, id), { recursive: true, force: true })
  await removeEmptyParent(context)
  state.phase = restarting ? 'restarting' : 'exited'
  state.exitCode = exit.exitCode
  state.oomKilled = exit.oomKilled
  state.finishedAt = exit.finishedAt
  delete state.init
  delete state.monitor
  if (await noteState(context, container)) await recorded()
  await releaseVolumes(context, record)
  if (exit.oomKilled) emitContainer(context, container, 'oom')
  const ran = Math.max(0, Math.round((Date.parse(exit.finishedAt) - Date.parse(state.startedAt)) / 1000))
  emitContainer(context, container, 'die', { exitCode: String(exit.exitCode), execDuration: String(ran) })
  const waiting = context.exits.get(id)
  context.exits.delete(id)
  waiting?.resolve(exit)
  context.hooks.exited(container, exit, restarting)
  await updateLinkedHosts(context, container)
  if (!record.hostConfig.AutoRemove || restarting) return
  await context.mutex.run(`remove ${id}`, async () => {
    if (context.table.find(id)) await removeContainer(context, container, { volumes: true })
  })
}

/** The group above all containers goes with the last of them; one that starts just now keeps it. */
const removeEmptyParent = async (context: ContainerContext): Promise<void> => {
  for (const folder of cgroupPaths(context.cgroups, `/tsc-${context.paths.tag}`))
    await rmdir(folder).catch(() => undefined)
}
