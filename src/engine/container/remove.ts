import { rm } from 'node:fs/promises'
import { AppError, messageOf } from '../../errors/app-error.ts'
import { type ContainerContext, containerFolder, emitContainer } from './context.ts'
import { noteState } from './note-state.ts'
import { type Container, isRunning } from './record.ts'
import { announceRemoval } from './removal.ts'
import { endContainer } from './stop.ts'

/** Ends a container that runs by SIGKILL, and any thought of a restart; one that is being stopped ends sooner. */
export const endAtOnce = async (context: ContainerContext, container: Container): Promise<void> => {
  if (!isRunning(container)) return
  context.hooks.cancelled(container)
  container.record.state.manuallyStopped = true
  await endContainer(context, container, { stopSignal: 'SIGKILL' })
}

/**
 * Removes a container with its log and writable layer; `volumes` takes its anonymous volumes too. One whose removal fails
 * is `dead`: it can be removed again, and nothing else.
 * @throws E_CONTAINER_CONFLICT when it runs or is about to, unless with `force`
 */
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
  const todo = FIRST[state.phase]
  if (todo !== undefined && !force) {
    throw new AppError(
      'E_CONTAINER_CONFLICT',
      `cannot remove container "/${record.name}": container is ${state.phase}: ${todo} the container before removing or force remove`,
    )
  }
  context.hooks.cancelled(container)
  await endAtOnce(context, container)
  if (!context.table.find(id)) return
  state.phase = 'removing'
  try {
    await noteState(context, container, { durable: true })
    await context.networks.detach(id)
    await context.snapshots.remove(id)
    await rm(containerFolder(context, id), { recursive: true, force: true })
    await context.records.delete(id)
  } catch (error) {
    state.phase = 'dead'
    state.error = messageOf(error)
    throw error
  }
  context.table.delete(container)
  context.hooks.ended(container)
  if (volumes) await removeAnonymousVolumes(context, container)
  emitContainer(context, container, 'destroy')
  const { exitCode, oomKilled, finishedAt } = state
  context.exits.get(id)?.resolve({ exitCode, oomKilled, finishedAt })
  context.exits.delete(id)
  announceRemoval(container)
}

/** What must be done first, by state. */
const FIRST: Readonly<Partial<Record<Container['record']['state']['phase'], string>>> = {
  running: 'stop',
  restarting: 'stop',
  paused: 'unpause and then stop',
}

const removeAnonymousVolumes = async (context: ContainerContext, { record }: Container): Promise<void> => {
  for (const { Name } of record.mounts) {
    if (!Name || !context.volumes.isAnonymous(Name)) continue
    const isShared = context.table.all().some((other) => other.record.mounts.some((mount) => mount.Name === Name))
    if (!isShared) await context.volumes.remove(Name, { force: true })
  }
}
