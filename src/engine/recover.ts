import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors/app-error.ts'
import { type ContainerContext, cgroupPath, exitsFolder, runFolder, runtimeRoot } from './container/context.ts'
import { noNetwork } from './container/create.ts'
import { type Container, isRunning, timeNow } from './container/record.ts'
import { removeContainer } from './container/remove.ts'
import { stepsFolder } from './container/run-step.ts'
import { sharedMemoryFolder } from './container/shared-memory.ts'
import { deferred } from '../lib/deferred.ts'
import { cgroupPaths, removeCgroups } from './host/cgroups.ts'

/**
 * Takes over what the last engine left: containers that run go on, what was half made or half removed is cleared away,
 * and nothing on the host stays that no record owns. Exits that happened meanwhile are taken by the exit watch afterwards.
 */
export const recover = async (context: ContainerContext): Promise<void> => {
  for (const record of await context.records.load()) {
    if (record.state.bootId !== context.bootId) afterReboot(record.state)
    if (record.state.phase !== 'running' && record.state.phase !== 'paused') {
      record.networkSettings = noNetwork(record.endpoints)
    }
    context.table.add({ record, execIds: new Set() })
  }
  const containers = context.table.all()
  for (const container of containers) {
    if (isRunning(container)) context.exits.set(container.record.id, deferred())
  }
  await endSteps(context)
  await context.networks.reconcile(
    containers.filter((container) => isRunning(container) && container.record.networkSettings.SandboxKey).map(live),
  )
  await sweepSnapshots(context)
  await sweepFolders(context)
  await sweepCgroups(context)
  for (const container of containers.filter(({ record }) => record.state.phase === 'removing')) {
    container.record.state.phase = 'exited'
    await removeContainer(context, container).catch((error: unknown) =>
      context.warn(`${container.record.name}: cannot finish its removal: ${messageOf(error)}`),
    )
  }
}

/** Nothing runs over a reboot; the exit status is not known. */
const afterReboot = (state: Container['record']['state']): void => {
  if (state.phase === 'running' || state.phase === 'paused') {
    state.exitCode = 255
    state.finishedAt = timeNow()
  }
  if (state.phase === 'running' || state.phase === 'paused' || state.phase === 'restarting') state.phase = 'exited'
  delete state.init
  delete state.monitor
}

const live = ({ record }: Container): Parameters<ContainerContext['networks']['reconcile']>[0][number] => ({
  containerId: record.id,
  containerName: record.name,
  hostname: record.config.Hostname ?? '',
  settings: record.networkSettings,
  ...(record.hostConfig.Dns?.length ? { dns: record.hostConfig.Dns } : {}),
})

/** Steps of a build die with the engine that ran the build. */
const endSteps = async (context: ContainerContext): Promise<void> => {
  for (const id of await readdir(stepsFolder(context)).catch(() => [])) {
    await endGroup(context, id)
    await rm(join(stepsFolder(context), id), { recursive: true, force: true })
  }
}

const endGroup = async (context: ContainerContext, id: string): Promise<void> => {
  const group = cgroupPath(context.paths, id)
  await removeCgroups(context.cgroups, group, { kill: true })
  await rm(join(runtimeRoot(context.paths), id), { recursive: true, force: true })
}

const sweepSnapshots = async (context: ContainerContext): Promise<void> => {
  for (const id of await context.snapshots.ids()) {
    const container = context.table.find(id)
    if (!container) await context.snapshots.remove(id)
    else if (!isRunning(container)) await context.snapshots.unmount(id)
  }
}

/** Folders of containers that do not run or are not there any more; an unfinished creation leaves one, too. */
const sweepFolders = async (context: ContainerContext): Promise<void> => {
  const { paths, table } = context
  const sweep = async (folder: string, isOwned: (name: string) => boolean): Promise<void> => {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!isOwned(name)) await rm(join(folder, name), { recursive: true, force: true })
    }
  }
  const runs = (id: string): boolean => {
    const container = table.find(id)
    return container !== undefined && isRunning(container)
  }
  for (const id of await readdir(join(paths.state, 'containers')).catch(() => [])) {
    if (!runs(id)) await awaitMonitor(join(runFolder(context, id), 'monitor.pid'))
  }
  await sweep(join(paths.state, 'containers'), runs)
  await sweep(join(paths.state, 'exec'), () => false)
  const shared = sharedMemoryFolder(context)
  const stale = (await readdir(shared).catch(() => [])).filter((id) => !runs(id))
  await context.host.unmount(stale.map((id) => join(shared, id)))
  await sweep(shared, runs)
  await sweep(join(paths.root, 'containers'), (id) => table.find(id) !== undefined)
  await sweep(exitsFolder(context), (id) => table.find(id) !== undefined)
}

/** A monitor that waits for its engine's word deletes its container when that engine is gone: let it. */
const awaitMonitor = async (file: string): Promise<void> => {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (!pid) return
  for (let tries = 0; tries < 200 && isMonitor(pid, await commandLine(pid)); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const commandLine = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')

const isMonitor = (pid: number, line: string): boolean => pid > 0 && line.includes('tsc-monitor')

/** Groups below ours that no running container owns, and what still runs in them. */
const sweepCgroups = async (context: ContainerContext): Promise<void> => {
  const parent = `/tsc-${context.paths.tag}`
  const found = new Set<string>()
  for (const folder of cgroupPaths(context.cgroups, parent)) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) found.add(entry.name)
    }
  }
  for (const id of found) {
    const container = context.table.find(id)
    if (!container || !isRunning(container)) await endGroup(context, id)
  }
  if (!context.table.all().some(isRunning)) await removeCgroups(context.cgroups, parent)
}
