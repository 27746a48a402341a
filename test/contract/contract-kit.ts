import { randomBytes } from 'node:crypto'
import type { StreamChunk, StreamSession } from '../../src/port/common.ts'
import type { ContainerCreate } from '../../src/port/containers.ts'
import type { EnginePort } from '../../src/port/engine-port.ts'

/** What a contract suite runs on: an engine that has `image`, a busybox or anything else with `sh`. */
export interface ContractEngine extends AsyncDisposable {
  readonly engine: EnginePort
  readonly image: string
}

/** Names of one test's own things, and the removal of its containers. */
export interface Bench extends AsyncDisposable {
  readonly engine: EnginePort
  readonly image: string
  /** A name that nothing else has. */
  name(): string
  /** Creates a container that runs a shell script. */
  create(script: string, body?: ContainerCreate): Promise<string>
  /** The same, started, and waited for until its output has the word `ready`. */
  run(script: string, body?: ContainerCreate): Promise<string>
  /** Runs it to its end; the exit status. */
  finish(script: string, body?: ContainerCreate): Promise<{ id: string; exitCode: number }>
  /** Undone at the end of the test, last first. */
  defer(undo: () => Promise<unknown>): void
}

export const bench = ({ engine, image }: ContractEngine): Bench => {
  const undo: (() => Promise<unknown>)[] = []
  const name = (): string => `contract-${randomBytes(5).toString('hex')}`
  const create: Bench['create'] = async (script, body = {}) => {
    const Cmd = ['sh', '-c', script]
    const { Id } = await engine.containers.create({ Image: image, Cmd, ...body }, { name: name() })
    undo.push(() => engine.containers.remove(Id, { force: true, volumes: true }).catch(() => undefined))
    return Id
  }
  const run: Bench['run'] = async (script, body) => {
    const id = await create(script, body)
    await engine.containers.start(id)
    await saysReady(engine, id)
    return id
  }
  return {
    engine,
    image,
    name,
    create,
    run,
    defer: (work) => undo.push(work),
    finish: async (script, body) => {
      const id = await create(script, body)
      await engine.containers.start(id)
      return { id, exitCode: (await engine.containers.wait(id)).StatusCode }
    },
    [Symbol.asyncDispose]: async () => {
      for (const work of undo.reverse()) await work()
    },
  }
}

const saysReady = async (engine: EnginePort, id: string): Promise<void> => {
  const { chunks } = await engine.containers.logs(id, { stdout: true, follow: true })
  let text = ''
  for await (const { data } of chunks) {
    text += Buffer.from(data).toString()
    if (text.includes('ready')) return
  }
  throw new Error(`The container ended before it was ready: "${text}"`)
}

export interface Streams {
  readonly stdout: string
  readonly stderr: string
}

/** All that comes, as text. */
export const readAll = async (chunks: AsyncIterable<StreamChunk>): Promise<Streams> => {
  const bytes: Record<StreamChunk['stream'], Uint8Array[]> = { stdout: [], stderr: [] }
  for await (const { stream, data } of chunks) bytes[stream].push(data)
  const text = (stream: StreamChunk['stream']): string => Buffer.concat(bytes[stream]).toString('utf8')
  return { stdout: text('stdout'), stderr: text('stderr') }
}

/** Reads output until it has the word; what comes after stays unread. */
export const readUntil = async (session: StreamSession, word: string): Promise<string> => {
  let text = ''
  const iterator = session.output[Symbol.asyncIterator]()
  while (!text.includes(word)) {
    const next = await iterator.next()
    if (next.done) throw new Error(`The output ended without "${word}": "${text}"`)
    text += Buffer.from(next.value.data).toString()
  }
  return text
}

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A script that goes on until it gets TERM, which it answers with this exit status. */
export const untilTerm = (exitCode = 0): string =>
  `trap 'exit ${exitCode}' TERM; echo ready; while :; do sleep 0.05; done`

/** What each of the calls, made at once, rejects with. */
export const refusals = async (calls: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(calls)).map((result) => {
    if (result.status === 'fulfilled') throw new Error('A call that was to be refused was not')
    return result.reason as unknown
  })
