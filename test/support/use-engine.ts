import { afterAll, beforeAll } from 'vitest'
import { type Bench, bench, readAll } from '../contract/contract-kit.ts'
import type { ContainerCreate } from '../../src/port/containers.ts'
import { type TestEngine, builtInEngine } from './built-in-engine.ts'
import { assertNoTraces } from './engine-traces.ts'

export interface EngineUser {
  /** The engine of this file. */
  readonly subject: () => TestEngine
  /** Containers of one test. */
  readonly bench: () => Bench
}

export interface Ended {
  readonly id: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** One engine for all tests of a file; at the end nothing of it may be left on the host. */
export const useEngine = (): EngineUser => {
  let engine: TestEngine | undefined
  const subject = (): TestEngine => {
    if (!engine) throw new Error('The engine is not open')
    return engine
  }
  beforeAll(async () => {
    engine = await builtInEngine()
  })
  afterAll(async () => {
    const { paths } = subject()
    await subject()[Symbol.asyncDispose]()
    assertNoTraces(paths)
  })
  return {
    subject,
    bench: () =>
      bench({ engine: subject().engine.port, image: 'busybox', [Symbol.asyncDispose]: () => Promise.resolve() }),
  }
}

/** Runs a script to its end. */
export const runToEnd = async (b: Bench, script: string, body: ContainerCreate = {}): Promise<Ended> => {
  const { id, exitCode } = await b.finish(script, body)
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, stderr: true })
  return { id, exitCode, ...(await readAll(chunks)) }
}

/** Runs a script in a running container. */
export const execToEnd = async (
  b: Bench,
  container: string,
  script: string,
  more: Parameters<Bench['engine']['containers']['execCreate']>[1] = {},
): Promise<Omit<Ended, 'id'>> => {
  const { containers } = b.engine
  const { Id } = await containers.execCreate(container, {
    Cmd: ['sh', '-c', script],
    AttachStdout: true,
    AttachStderr: true,
    ...more,
  })
  const session = await containers.execStart(Id)
  const streams = session ? await readAll(session.output) : { stdout: '', stderr: '' }
  return { exitCode: (await containers.execInspect(Id)).ExitCode ?? -1, ...streams }
}

/** All of a container's log as text. */
export const logText = async (b: Bench, id: string): Promise<string> => {
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, stderr: true })
  const { stdout, stderr } = await readAll(chunks)
  return stdout + stderr
}
