import { AppError } from '../../errors/app-error.ts'
import { delay, orAborted } from '../../lib/wait.ts'
import { freeze, thaw } from '../host/cgroups.ts'
import { signalProcess } from '../host/process-identity.ts'
import { noteState } from './note-state.ts'
import { type ContainerContext, cgroupPath, emitContainer } from './context.ts'
import { type Container, isRunning } from './record.ts'
import { signalNumber } from './signals.ts'

const SIGKILL = 9
const DEFAULT_GRACE_SECONDS = 10

export interface StopOptions {
  /** Seconds until SIGKILL; −1 waits for ever. The container's own, then 10, when absent. */
  readonly timeout?: number
  readonly stopSignal?: string
  readonly signal?: AbortSignal
}

/** Stops a container by its signal, then by force. False when it did not run. */
export const stopContainer = async (
  context: ContainerContext,
  container: Container,
  options: StopOptions = {},
): Promise<boolean> => {
  const { record } = container
  context.hooks.cancelled(container)
  record.state.manuallyStopped = true
  if (record.state.phase === 'restarting') {
    record.state.phase = 'exited'
    await noteState(context, container)
    const { exitCode, oomKilled, finishedAt } = record.state
    context.exits.get(record.id)?.resolve({ exitCode, oomKilled, finishedAt })
    context.exits.delete(record.id)
    emitContainer(context, container, 'stop')
    return true
  }
  if (!isRunning(container)) return false
  await noteState(context, container)
  await endContainer(context, container, options)
  emitContainer(context, container, 'stop')
  return true
}

/** Signal, grace period, SIGKILL; resolves when the exit has been recorded. */
export const endContainer = async (
  context: ContainerContext,
  container: Container,
  options: StopOptions = {},
): Promise<void> => {
  const { config, id } = container.record
  const exited = context.exits.get(id)?.promise
  if (!exited) return
  const grace = options.timeout ?? config.StopTimeout ?? DEFAULT_GRACE_SECONDS
  context.hooks.ended(container)
  await sendSignal(context, container, signalNumber(options.stopSignal || config.StopSignal || 'SIGTERM'))
  if (container.record.state.phase === 'paused') await unpauseContainer(context, container)
  const patience = new AbortController()
  const inTime = await orAborted(
    Promise.race([
      exited.then(() => true),
      ...(grace < 0
        ? []
        : [
            delay(grace * 1000, patience.signal).then(
              () => false,
              () => true,
            ),
          ]),
    ]),
    options.signal,
  ).finally(() => patience.abort())
  if (inTime) return
  await sendSignal(context, container, SIGKILL)
  await orAborted(exited, options.signal)
}

/**
 * `kill`: SIGKILL or the stop signal (without one of its own, any signal) also ends any thought of a restart, and a paused
 * container goes on to receive it.
 */
export const killContainer = async (
  context: ContainerContext,
  container: Container,
  text = 'SIGKILL',
): Promise<void> => {
  const { record } = container
  const number = signalNumber(text)
  if (!isRunning(container)) {
    throw new AppError(
      'E_CONTAINER_CONFLICT',
      `cannot kill container: ${record.id}: container ${record.id} is not running`,
    )
  }
  const stopSignal = record.config.StopSignal ? signalNumber(record.config.StopSignal) : number
  const isMeantToEnd = number === SIGKILL || number === stopSignal
  if (isMeantToEnd) {
    context.hooks.cancelled(container)
    record.state.manuallyStopped = true
  }
  await sendSignal(context, container, number)
  if (isMeantToEnd && container.record.state.phase === 'paused') await unpauseContainer(context, container)
}

const sendSignal = async (context: ContainerContext, container: Container, number: number): Promise<void> => {
  const { init } = container.record.state
  if (init && signalProcess(init, number)) emitContainer(context, container, 'kill', { signal: String(number) })
}

export const pauseContainer = async (context: ContainerContext, container: Container): Promise<void> => {
  const { record } = container
  if (record.state.phase === 'paused') {
    throw new AppError('E_CONTAINER_CONFLICT', `Container ${record.id} is already paused`)
  }
  if (!isRunning(container)) throw new AppError('E_CONTAINER_CONFLICT', `Container ${record.id} is not running`)
  await freeze(context.cgroups, cgroupPath(context.paths, record.id))
  record.state.phase = 'paused'
  await noteState(context, container)
  context.hooks.ended(container)
  emitContainer(context, container, 'pause')
}

export const unpauseContainer = async (context: ContainerContext, container: Container): Promise<void> => {
  const { record } = container
  if (record.state.phase !== 'paused') {
    throw new AppError('E_CONTAINER_CONFLICT', `Container ${record.id} is not paused`, { httpStatus: 500 })
  }
  await thaw(context.cgroups, cgroupPath(context.paths, record.id))
  record.state.phase = 'running'
  await noteState(context, container)
  context.hooks.resumed(container)
  emitContainer(context, container, 'unpause')
}
