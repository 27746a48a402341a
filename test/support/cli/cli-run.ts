import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { serveApi } from '../../../src/api/serve-api.ts'
import { vi } from 'vitest'
import { composeCommands } from '../../../src/cli/compose-commands.ts'
import { cli } from '../../../src/cli/tsc-compose.ts'
import type { CliIo, InterruptName } from '../../../src/cli/io.ts'
import { deferred } from '../../../src/lib/deferred.ts'
import type { EnginePort } from '../../../src/port/engine-port.ts'
import { dockerLike } from './docker-like.ts'
import { processEngine } from '../process-engine/process-engine.ts'

/** A command line that is running, or has run. */
export interface CliRun {
  readonly exitCode: Promise<number>
  readonly stdout: string
  readonly stderr: string
  /** Ctrl-C. */
  interrupt(name?: InterruptName): void
  /** Resolves when standard output and error together contain the text. */
  until(text: string): Promise<void>
  /** Until they contain it that many times. */
  untilCount(text: string, count: number): Promise<void>
  /** The reader of standard output goes away. */
  closeStdout(): void
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
}

// Commands are loaded when they are run; a test should not pay for that.
vi.setConfig({ testTimeout: 30_000 })
await Promise.all([
  import('../../../src/compose/load.ts'),
  import('../../../src/cli/up/foreground.ts'),
  ...composeCommands.map((entry) => (entry.kind === 'command' ? entry.load() : undefined)),
])

type Main = (argv: readonly string[], io: CliIo) => Promise<number>

/** Runs a command line with streams in memory. */
export const runCli = (main: Main, argv: readonly string[], options: CliOptions = {}): CliRun => {
  const listeners = new Set<(name: InterruptName) => void>()
  const waits = new Set<() => void>()
  const text = { stdout: '', stderr: '' }
  const collect = (name: 'stdout' | 'stderr'): PassThrough => {
    const stream = new PassThrough()
    stream.on('data', (chunk: Buffer) => {
      text[name] += chunk.toString()
      for (const look of waits) look()
    })
    return stream
  }
  const stdout = collect('stdout')
  const io: CliIo = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout,
    stderr: collect('stderr'),
    env: { HOME: '/nowhere', ...options.env },
    cwd: options.cwd ?? '/',
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const exitCode = main(argv, io)
  const untilCount = async (wanted: string, count: number): Promise<void> => {
    const found = deferred<void>()
    const look = (): void => {
      if ((text.stdout + text.stderr).split(wanted).length > count) found.resolve()
    }
    waits.add(look)
    look()
    const ended = exitCode.then((code) => {
      look()
      throw new Error(`ended with ${code} before "${wanted}":\n${text.stdout}\n${text.stderr}`)
    })
    await Promise.race([found.promise, ended]).finally(() => waits.delete(look))
  }
  return {
    exitCode,
    get stdout() {
      return text.stdout
    },
    get stderr() {
      return text.stderr
    },
    interrupt: (name = 'SIGINT') => listeners.forEach((listener) => listener(name)),
    until: (wanted) => untilCount(wanted, 1),
    untilCount,
    closeStdout: () => stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  }
}

/** A project folder and an engine of plain processes behind a socket. */
export interface CliWorld extends AsyncDisposable {
  readonly folder: string
  readonly engine: EnginePort
  /** Starts `tsc-compose` in the folder. */
  start(...argv: string[]): CliRun
  /** Runs `tsc-compose` to its end. */
  run(...argv: string[]): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>
  write(name: string, text: string): Promise<void>
}

/** `compose` is the text of compose.yaml; its project is named `p`. */
export const cliWorld = async (compose: string, options: CliOptions = {}): Promise<CliWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'cli-world-'))
  const engine = dockerLike(processEngine({ images: ['busybox'] }))
  const socket = join(folder, 'engine.sock')
  const api = await serveApi(engine, { listen: { path: socket }, version: '1' })
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
  await write('compose.yaml', compose)
  const main: Main = (argv, io) => cli(argv, io, ['false'])
  const start = (...argv: string[]): CliRun =>
    runCli(main, ['--host', `unix://${socket}`, '--project-name', 'p', '--file', 'compose.yaml', ...argv], {
      ...options,
      cwd: folder,
    })
  return {
    folder,
    engine,
    start,
    write,
    async run(...argv) {
      const run = start(...argv)
      return { exitCode: await run.exitCode, stdout: run.stdout, stderr: run.stderr }
    },
    async [Symbol.asyncDispose]() {
      await api.close()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
