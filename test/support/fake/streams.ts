import { AppError } from '../../../src/errors/app-error.ts'
import type { ContainersPort, ExecInspect } from '../../../src/port/containers.ts'
import type { StreamChunk, StreamSession } from '../../../src/port/common.ts'
import { channel } from '../channel.ts'
import type { FakeContainer, FakeLine, FakeState } from './state.ts'

type StreamCalls = Pick<
  ContainersPort,
  'logs' | 'attach' | 'resize' | 'execCreate' | 'execStart' | 'execInspect' | 'execResize'
>

/** Log lines are those that `FakeEngine.log` wrote; an exec echoes its command and what is written to it, and ends with 0. */
export const fakeStreams = (state: FakeState): StreamCalls => {
  const execs = new Map<string, ExecInspect>()
  const exec = (id: string): ExecInspect => {
    const found = execs.get(id)
    if (!found) throw new AppError('E_CONTAINER_NOT_FOUND', `No such exec instance: ${id}`)
    return found
  }
  return {
    async logs(id, options) {
      await state.call('containers.logs', id, options.signal)
      const container = state.findContainer(id)
      const wanted = container.lines.filter(
        ({ stream, at }) =>
          (stream === 'stdout' ? options.stdout : options.stderr) &&
          at / 1000 >= (options.since ?? 0) &&
          at / 1000 <= (options.until ?? Number.POSITIVE_INFINITY),
      )
      const tail = typeof options.tail === 'number' ? wanted.slice(wanted.length - options.tail) : wanted
      const chunks = options.follow
        ? follow(state, { container, before: tail, timestamps: options.timestamps ?? false })
        : replay(tail, options.timestamps ?? false)
      return { tty: container.body.Tty ?? false, chunks: until(chunks, options.signal) }
    },
    async attach(id, options) {
      await state.call('containers.attach', id, options.signal)
      const container = state.findContainer(id)
      const output = follow(state, {
        container,
        before: options.logs ? container.lines : [],
        timestamps: false,
      })
      return session(container.body.Tty ?? false, until(output, options.signal))
    },
    async resize(id, { signal }) {
      await state.call('containers.resize', id, signal)
    },
    async execCreate(id, body, options = {}) {
      await state.call('containers.execCreate', id, options.signal)
      const container = state.findContainer(id)
      if (!container.state.Running) throw new AppError('E_CONTAINER_CONFLICT', `Container ${id} is not running`)
      const [entrypoint = '', ...rest] = body.Cmd ?? []
      const ID = state.nextId()
      execs.set(ID, {
        ID,
        ContainerID: container.id,
        Running: false,
        ExitCode: null,
        Pid: 0,
        OpenStdin: body.AttachStdin ?? false,
        OpenStdout: true,
        OpenStderr: true,
        ProcessConfig: { tty: body.Tty ?? false, entrypoint, arguments: rest, privileged: body.Privileged ?? false },
      })
      return { Id: ID }
    },
    async execStart(id, options = {}) {
      await state.call('containers.execStart', id, options.signal)
      const found = exec(id)
      const { entrypoint, arguments: rest, tty } = found.ProcessConfig
      found.ExitCode = 0
      if (options.detach) return null
      const line: FakeLine = { stream: 'stdout', text: [entrypoint, ...rest].join(' '), at: Date.now() }
      return session(tty, replay([line], false))
    },
    async execInspect(id, options = {}) {
      await state.call('containers.execInspect', id, options.signal)
      return exec(id)
    },
    async execResize(id, { signal }) {
      await state.call('containers.execResize', id, signal)
    },
  }
}

const chunkOf = ({ stream, text, at }: FakeLine, timestamps: boolean): StreamChunk => ({
  stream,
  data: Buffer.from(`${timestamps ? `${new Date(at).toISOString()} ` : ''}${text}\n`),
})

async function* replay(lines: readonly FakeLine[], timestamps: boolean): AsyncGenerator<StreamChunk> {
  for (const line of lines) yield chunkOf(line, timestamps)
}

interface FollowOptions {
  readonly container: FakeContainer
  readonly before: readonly FakeLine[]
  readonly timestamps: boolean
}

/** Ends when the container dies. */
async function* follow(state: FakeState, options: FollowOptions): AsyncGenerator<StreamChunk> {
  const { container, before, timestamps } = options
  const events = state.subscribe()
  let seen = container.lines.length
  try {
    yield* replay(before, timestamps)
    if (!container.state.Running) return
    for await (const event of events) {
      if (event.Actor.ID !== container.id) continue
      yield* replay(container.lines.slice(seen), timestamps)
      seen = container.lines.length
      if (event.Action === 'die') return
    }
  } finally {
    state.subscribers.delete(events)
  }
}

/** The items of `source`, until the signal; its reason is not thrown. */
async function* until<T>(source: AsyncGenerator<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const stop = channel<never>()
  const onAbort = (): void => stop.close()
  signal?.addEventListener('abort', onAbort, { once: true })
  const aborted = stop[Symbol.asyncIterator]().next()
  try {
    for (;;) {
      const next = source.next()
      const item = await Promise.race([next, aborted])
      if (item.done) return
      yield item.value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

const session = (tty: boolean, output: AsyncIterable<StreamChunk>): StreamSession => ({
  tty,
  output,
  write: () => Promise.resolve(),
  end: () => Promise.resolve(),
  close: () => undefined,
})
