import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../errors/app-error.ts'
import { answers } from './engine-answers.ts'
import type { LinkOptions } from './engine-link.ts'

/** Exit status of `tsc-engine serve` when another engine holds the data root: somebody else was faster. */
export const LOCKED_STATUS = 75

/** Of an engine that a client has started; TSC_ENGINE_IDLE_TIMEOUT says otherwise. */
const DEFAULT_IDLE_TIMEOUT = '5m'
const START_TIMEOUT_MS = 30_000
/** How long another engine, which is just starting, may take until it answers. */
const OTHER_TIMEOUT_MS = 10_000
/** A change that the watcher missed is found after this time. */
const RETRY_MS = 100
const LOG_TAIL_BYTES = 4096

/**
 * Starts `tsc-engine serve` as a process of its own and resolves when its socket answers. When several clients do this
 * at once, the engine's lock lets one of them through and the others wait for that one.
 * @throws E_HOST_NOT_ROOT
 * @throws E_CLI_ENGINE_START with what the engine said
 */
export const startBuiltInEngine = async (options: LinkOptions): Promise<void> => {
  const { settings, signal } = options
  if (process.getuid?.() !== 0) {
    throw new AppError('E_HOST_NOT_ROOT', 'Cannot start the built-in engine: this user is not root', {
      hint: 'Run the command as root, for example with sudo, or name another engine with --host',
    })
  }
  await mkdir(settings.state, { recursive: true, mode: 0o755 })
  await mkdir(dirname(settings.socket), { recursive: true, mode: 0o755 })
  const logPath = join(settings.state, 'engine.log')
  await using log = await open(logPath, 'a', 0o600)
  const from = (await log.stat()).size
  const child = spawnEngine(options, log)
  const waiting: Waiting = { until: Date.now() + START_TIMEOUT_MS, signal }
  try {
    await Promise.race([socketAnswers(settings.socket, waiting), failure(child, waiting)])
  } catch (error) {
    signal.throwIfAborted()
    const said = (await readFrom(logPath, from)).trim().replace(/^Cannot start the engine: /, '')
    if (!(error instanceof EngineEnded)) throw error
    throw new AppError('E_CLI_ENGINE_START', `Cannot start the built-in engine: ${said || error.message}`, {
      hint: `Its log is ${logPath}`,
    })
  }
  child.unref()
}

class EngineEnded extends Error {}

const spawnEngine = ({ engineCommand, settings, env }: LinkOptions, log: FileHandle): ChildProcess => {
  const [program = '', ...args] = engineCommand
  const where = ['--root', settings.root, '--state', settings.state, '--host', `unix://${settings.socket}`]
  // Whatever supervises this client does not supervise the engine, which outlives it.
  const { INVOCATION_ID: _invocation, NOTIFY_SOCKET: _notify, ...rest } = env
  const runtime = env['TSC_ENGINE_RUNTIME'] ? ['--runtime', env['TSC_ENGINE_RUNTIME']] : []
  const idle = ['--idle-timeout', env['TSC_ENGINE_IDLE_TIMEOUT'] || DEFAULT_IDLE_TIMEOUT]
  return spawn(program, [...args, ...where, 'serve', ...idle, ...runtime], {
    cwd: '/',
    env: rest,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
}

interface Waiting {
  /** Milliseconds since 1970; another engine gets less time. */
  until: number
  readonly signal: AbortSignal
}

/** Rejects when the process ends, unless it gave way to another engine; never resolves. */
const failure = (child: ChildProcess, waiting: Waiting): Promise<never> => {
  const promise = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(new EngineEnded(error.message)))
    child.once('exit', (status, signal) => {
      if (status === LOCKED_STATUS) waiting.until = Date.now() + OTHER_TIMEOUT_MS
      else reject(new EngineEnded(`it ended with ${signal ?? `status ${status}`}`))
    })
  })
  promise.catch(() => undefined)
  return promise
}

/** Resolves when the socket answers, looking at every change in its folder. */
const socketAnswers = async (socket: string, waiting: Waiting): Promise<void> => {
  let wake: () => void = () => undefined
  const watcher = watch(dirname(socket), () => wake())
  try {
    while (!(await answers(socket))) {
      waiting.signal.throwIfAborted()
      if (Date.now() > waiting.until) throw new EngineEnded('it does not answer on its socket')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  } finally {
    watcher.close()
  }
}

const readFrom = async (path: string, offset: number): Promise<string> => {
  const { size } = await stat(path)
  const length = Math.min(size - offset, LOG_TAIL_BYTES)
  if (length <= 0) return ''
  await using file = await open(path, 'r')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
  return buffer.toString('utf8', 0, bytesRead)
}
