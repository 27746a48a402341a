import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { deferred } from '../../lib/deferred.ts'
import type { StreamChunk, StreamSession } from '../../port/common.ts'
import type { ExecCreate, ExecInspect } from '../../port/containers.ts'
import { type ExecMonitor, MonitorFailure, startExecMonitor } from '../host/monitor.ts'
import { processSpec } from '../runtime/process-spec.ts'
import { runtimeFailure } from '../runtime/runtime-failure.ts'
import { ociJson } from '../runtime/oci-json.ts'
import { type ContainerContext, emitContainer, monitorBase } from './context.ts'
import { detachable } from './detach.ts'
import { linkEnvironment, resolveLinks } from './links.ts'
import { execProcess } from './process.ts'
import { type Container, isRunning } from './record.ts'

const KEEP_ENDED = 500

interface Exec {
  readonly id: string
  readonly container: Container
  readonly request: ExecCreate
  monitor?: ExecMonitor
  started: boolean
  exitCode?: number
  /** Settles when the process has ended. */
  readonly done: ReturnType<typeof deferred<number>>
}

/** One more process in a running container; it and its output go with the engine, the container does not. */
export class Execs {
  readonly #context: ContainerContext
  readonly #execs = new Map<string, Exec>()

  constructor(context: ContainerContext) {
    this.#context = context
  }

  create(container: Container, request: ExecCreate): { Id: string } {
    assertRunning(container)
    if (!request.Cmd?.length || request.Cmd[0] === '')
      throw new AppError('E_API_BAD_REQUEST', 'No exec command specified')
    const id = randomBytes(32).toString('hex')
    this.#forgetOld()
    this.#execs.set(id, { id, container, request, started: false, done: deferred() })
    container.execIds.add(id)
    emitContainer(this.#context, container, `exec_create: ${request.Cmd.join(' ')}`, { execID: id })
    return { Id: id }
  }

  /** Starts it; null when detached. A command that cannot run is told in the stream, with exit code 126 or 127. */
  async start(
    id: string,
    options: { detach?: boolean; consoleSize?: [number, number] } = {},
  ): Promise<StreamSession | null> {
    const exec = this.#get(id)
    const { container, request } = exec
    if (exec.started) throw new AppError('E_CONTAINER_CONFLICT', `exec ${id} has already run`)
    assertRunning(container)
    exec.started = true
    emitContainer(this.#context, container, `exec_start: ${request.Cmd?.join(' ')}`, { execID: id })
    const tty = request.Tty ?? false
    try {
      exec.monitor = await this.#launch(exec, options.consoleSize)
    } catch (error) {
      this.#ended(exec, error instanceof AppError && error.exitCode > 1 ? error.exitCode : 126)
      if (options.detach) throw error
      return failedSession(tty, error)
    }
    const { monitor } = exec
    if (request.AttachStdin && options.detach) monitor.end()
    void monitor.exitCode.then((code) => this.#ended(exec, code))
    if (options.detach) {
      void drain(monitor.output)
      return null
    }
    return detachable(session(exec, monitor), request.DetachKeys, () =>
      emitContainer(this.#context, container, 'exec_detach', { execID: id }),
    )
  }

  inspect(id: string): ExecInspect {
    const exec = this.#get(id)
    const { request } = exec
    const [entrypoint = '', ...args] = request.Cmd ?? []
    return {
      ID: id,
      ContainerID: exec.container.record.id,
      Running: exec.started && exec.exitCode === undefined,
      ExitCode: exec.exitCode ?? null,
      Pid: exec.monitor?.pid ?? 0,
      OpenStdin: request.AttachStdin ?? false,
      OpenStdout: request.AttachStdout ?? false,
      OpenStderr: request.AttachStderr ?? false,
      ProcessConfig: {
        tty: request.Tty ?? false,
        entrypoint,
        arguments: args,
        privileged: request.Privileged ?? false,
        ...(request.User ? { user: request.User } : {}),
      },
    }
  }

  resize(id: string, rows: number, columns: number): void {
    const { monitor, exitCode } = this.#get(id)
    if (!monitor || exitCode !== undefined) throw new AppError('E_CONTAINER_CONFLICT', `exec ${id} is not running`)
    monitor.resize(rows, columns)
  }

  /** The pid on the host, to end it with force; undefined before it runs. */
  pid(id: string): number | undefined {
    return this.#get(id).monitor?.pid
  }

  #get(id: string): Exec {
    const exec = this.#execs.get(id)
    if (!exec) throw new AppError('E_CONTAINER_NOT_FOUND', `No such exec instance: ${id}`)
    return exec
  }

  async #launch(exec: Exec, consoleSize: [number, number] | undefined): Promise<ExecMonitor> {
    const { record } = exec.container
    const context = this.#context
    const links = resolveLinks(record, (name) => context.table.find(name))
    const request = consoleSize ? { ...exec.request, ConsoleSize: consoleSize } : exec.request
    const input = execProcess(record, request, {
      rootfs: join(context.paths.state, 'rootfs', record.id),
      linkEnvironment: links.flatMap((link) => linkEnvironment(record.name, link)),
    })
    const { process } = processSpec(input, record.hostConfig, context.facts)
    const folder = join(context.paths.state, 'exec', exec.id)
    void exec.done.promise.then(() => rm(folder, { recursive: true, force: true }))
    try {
      return await startExecMonitor({
        ...monitorBase(context, record.id),
        folder,
        tty: request.Tty ?? false,
        stdin: request.AttachStdin ?? false,
        process: ociJson(process),
      })
    } catch (error) {
      if (!(error instanceof MonitorFailure)) throw error
      throw runtimeFailure(error.message, { operation: 'exec', command: request.Cmd?.[0] ?? '' })
    }
  }

  #ended(exec: Exec, exitCode: number): void {
    exec.exitCode = exitCode
    exec.container.execIds.delete(exec.id)
    exec.done.resolve(exitCode)
    emitContainer(this.#context, exec.container, 'exec_die', { execID: exec.id, exitCode: String(exitCode) })
  }

  /** Ended execs can be inspected for a while. */
  #forgetOld(): void {
    if (this.#execs.size < KEEP_ENDED) return
    for (const [id, exec] of this.#execs) {
      if (exec.exitCode !== undefined) this.#execs.delete(id)
      if (this.#execs.size < KEEP_ENDED / 2) return
    }
  }
}

const assertRunning = ({ record }: Container): void => {
  const { phase } = record.state
  if (phase === 'paused') {
    throw new AppError('E_CONTAINER_CONFLICT', `Container ${record.id} is paused, unpause the container before exec`)
  }
  if (!isRunning({ record, execIds: new Set() })) {
    throw new AppError('E_CONTAINER_CONFLICT', `container ${record.id} is not running`)
  }
}

const session = (exec: Exec, monitor: ExecMonitor): StreamSession => {
  const left = deferred<void>()
  return {
    tty: exec.request.Tty ?? false,
    output: selected(monitor.output, { request: exec.request, left: left.promise }),
    write: (data) => monitor.write(data),
    end: async () => monitor.end(),
    close: () => left.resolve(),
  }
}

/** The output that was asked for, until the client leaves; the rest is then read for nobody. */
async function* selected(
  output: AsyncIterable<StreamChunk>,
  { request, left }: { request: ExecCreate; left: Promise<void> },
): AsyncGenerator<StreamChunk> {
  const { AttachStdout = true, AttachStderr = true } = request
  const chunks = output[Symbol.asyncIterator]()
  const gone = left.then(() => undefined)
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), gone])
      if (!next || next.done) return
      if (next.value.stream === 'stdout' ? AttachStdout : AttachStderr) yield next.value
    }
  } finally {
    void drain({ [Symbol.asyncIterator]: () => chunks })
  }
}

/** Reads on, so that a process whose output nobody wants is not held up. */
const drain = async (output: AsyncIterable<StreamChunk>): Promise<void> => {
  for await (const _ of output);
}

const failedSession = (tty: boolean, error: unknown): StreamSession => {
  async function* output(): AsyncGenerator<StreamChunk> {
    yield { stream: 'stdout', data: Buffer.from(`${error instanceof Error ? error.message : String(error)}\r\n`) }
  }
  return { tty, output: output(), write: async () => undefined, end: async () => undefined, close: () => undefined }
}
