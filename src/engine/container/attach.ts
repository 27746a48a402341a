import { join } from 'node:path'
import type { StreamChunk, StreamSession } from '../../port/common.ts'
import type { AttachOptions } from '../../port/containers.ts'
import { AppError } from '../../errors/app-error.ts'
import { deferred } from '../../lib/deferred.ts'
import { type ContainerContext, type ExitInfo, emitContainer, logPath, runFolder } from './context.ts'
import { detachable } from './detach.ts'
import { ContainerInput } from './input.ts'
import { logEnd, readLog } from './log-reader.ts'
import { logChunks } from './logs.ts'
import { logSettings } from './log-settings.ts'
import { type Container, isRunning } from './record.ts'

/** Inputs of containers by id: shared by all who attach, made at the first use. */
export class ContainerInputs {
  readonly #context: ContainerContext
  readonly #inputs = new Map<string, ContainerInput>()

  constructor(context: ContainerContext) {
    this.#context = context
  }

  async of(container: Container): Promise<ContainerInput> {
    const { id } = container.record
    let input = this.#inputs.get(id)
    if (!input) {
      input = new ContainerInput(join(runFolder(this.#context, id), 'control'))
      this.#inputs.set(id, input)
      if (isRunning(container)) await input.begin()
    }
    return input
  }

  async started(container: Container): Promise<void> {
    await this.#inputs.get(container.record.id)?.begin()
  }

  ended(container: Container): void {
    this.#inputs.get(container.record.id)?.close()
    this.#inputs.delete(container.record.id)
  }
}

/** The next exit of a container: of this run, or when it does not run, of the run to come. */
export const nextExit = (context: ContainerContext, container: Container): Promise<ExitInfo> => {
  const { id } = container.record
  let exit = context.exits.get(id)
  if (!exit) {
    exit = deferred()
    context.exits.set(id, exit)
  }
  return exit.promise
}

/**
 * Attaches to a container, running or about to be started: output from now on (with `logs`, from the beginning), and
 * its input. The session ends when the container does.
 */
export const attachContainer = async (
  context: ContainerContext,
  container: Container,
  { inputs, ...options }: AttachOptions & { inputs: ContainerInputs },
): Promise<StreamSession> => {
  const { record } = container
  const { id, config, state } = record
  if (state.phase === 'paused' || state.phase === 'restarting') {
    throw new AppError(
      'E_CONTAINER_CONFLICT',
      `Container ${id} is ${state.phase}, ${state.phase === 'paused' ? 'unpause the container before attach' : 'wait until the container is running'}`,
    )
  }
  const path = logPath(context, id)
  const over = deferred<void>()
  let isOver = false
  void Promise.race([nextExit(context, container), over.promise]).then(() => {
    isOver = true
    over.resolve()
  })
  const follow = {
    isLive: () => !isOver,
    ended: over.promise,
    ...(options.signal ? { signal: options.signal } : {}),
  }
  const end = await logEnd(path)
  const streams = { stdout: options.stdout ?? false, stderr: options.stderr ?? false }
  const isLogged = logSettings(record.hostConfig).enabled
  const source = readLog(path, {
    ...(options.stream === false ? {} : { follow }),
    ...(options.logs ? {} : { from: end }),
  })
  const output = isLogged && (streams.stdout || streams.stderr) ? logChunks(source, streams) : silence(over.promise)
  const input = options.stdin && config.OpenStdin ? await inputs.of(container) : undefined
  const session: StreamSession = {
    tty: config.Tty ?? false,
    output,
    write: async (data) => input?.write(data),
    async end() {
      if (config.StdinOnce && !config.Tty) await input?.end()
    },
    close: () => over.resolve(),
  }
  return detachable(session, options.detachKeys, () => emitContainer(context, container, 'detach'))
}

/** No output, for as long as the session lasts. */
const silence = (over: Promise<void>): AsyncIterable<StreamChunk> => ({
  [Symbol.asyncIterator]: () => ({ next: () => over.then(() => ({ done: true, value: undefined })) }),
})
