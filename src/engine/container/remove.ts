import { rm } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import { type ContainerContext, containerFolder, emitContainer } from './context.ts'
import { type Container, isRunning } from './record.ts'
import { announceRemoval } from './removal.ts'
import { endContainer } from './stop.ts'

/** Removes a container with its log and writable layer; `volumes` takes its anonymous volumes too. */
export const removeContainer = async (
  context: ContainerContext,
  container: Container,
  { force = false, volumes = false }: { force?: boolean; volumes?: boolean } = {},
): Promise<void> => {
  const { record } = container
  const { id, state } = record
  if (state.phase === 'removing') {
    throw new AppError('E_CONTAINER_CONFLICT', `removal of container ${id} is already in progress`)
  }
  context.hooks.cancelled(container)
  if (isRunning(container)) {
    if (!force) {
      const how = state.phase === 'paused' ? 'paused' : 'running'
      throw new AppError(
        'E_CONTAINER_CONFLICT',
        `cannot remove container "/${record.name}": container is ${how}: ${how === 'paused' ? 'unpause and then stop' : 'stop'} the container before removing or force remove`,
      )
    }
    state.manuallyStopped = true
    await endContainer(context, container, { stopSignal: 'SIGKILL' })
    if (!context.table.find(id)) return
  }
  state.phase = 'removing'
  await context.records.put(id, record)
  await context.networks.detach(id)
  await context.snapshots.remove(id)
  await rm(containerFolder(context, id), { recursive: true, force: true })
  await context.records.delete(id)
  context.table.delete(container)
  context.hooks.ended(container)
  if (volumes) await removeAnonymousVolumes(context, container)
  emitContainer(context, container, 'destroy')
  const { exitCode, oomKilled, finishedAt } = state
  context.exits.get(id)?.resolve({ exitCode, oomKilled, finishedAt })
  context.exits.delete(id)
  announceRemoval(container)
}

const removeAnonymousVolumes = async (context: ContainerContext, { record }: Container): Promise<void> => {
  for (const { Name } of record.mounts) {
    if (!Name || !context.volumes.isAnonymous(Name)) continue
    const isShared = context.table.all().some((other) => other.record.mounts.some((mount) => mount.Name === Name))
    if (!isShared) await context.volumes.remove(Name, { force: true })
  }
}
