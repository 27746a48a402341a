import { writeFile } from 'node:fs/promises'
import { ExecaError, type Options, execa } from 'execa'
import { AppError } from '../../errors/app-error.ts'
import type { Host, HostProcess, RunOptions, RunResult } from './host.ts'
import { createMountHelper } from './mount-helper.ts'
import { packageHint } from './packages.ts'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** What programs say of a full disk; GNU tar also counts the bytes of its short write. */
const NO_SPACE = /No space left on device|Disk quota exceeded|Wrote only \d+ of \d+ bytes/
const MAX_OUTPUT = 16 * 1024 * 1024

/** The real machine. */
export const createHost = (): Host => {
  const mounts = createMountHelper()
  return {
    async run(command, args, options = {}) {
      try {
        const result = await execa(command, [...args], execaOptions(options))
        return { exitCode: result.exitCode ?? 0, stdout: String(result.stdout), stderr: String(result.stderr) }
      } catch (error) {
        return failed(error, command, options)
      }
    },
    start: (command, args, options = {}) => startProcess(command, args, options),
    async mount(requests) {
      for (const request of requests) await mounts.mount(request)
    },
    async unmount(targets) {
      for (const target of targets) await mounts.unmount(target)
    },
    writeKernelFile: (path, text) => writeFile(path, text),
    close: () => mounts.close(),
  }
}

const execaOptions = (options: RunOptions): Options => ({
  env: { ...(options.env ?? { LC_ALL: 'C' }), PATH: options.env?.['PATH'] ?? PATH },
  extendEnv: false,
  stripFinalNewline: false,
  maxBuffer: MAX_OUTPUT,
  ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  ...(options.signal ? { cancelSignal: options.signal } : {}),
})

const startProcess = (command: string, args: readonly string[], options: RunOptions): HostProcess => {
  const child = execa(command, [...args], {
    ...execaOptions(options),
    ...(options.input === undefined ? { stdin: 'pipe' } : {}),
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: { stdout: false, stderr: true },
  })
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error(`no streams for ${command}`)
  const done = child.then(
    (result): RunResult => ({ exitCode: result.exitCode ?? 0, stdout: '', stderr: String(result.stderr) }),
    (error: unknown) => failed(error, command, options),
  )
  done.catch(() => undefined)
  return { pid: child.pid ?? 0, stdin, stdout, done, kill: (signal) => void child.kill(signal) }
}

const failed = (error: unknown, command: string, options: RunOptions): RunResult => {
  if (!(error instanceof ExecaError)) throw error
  if (error.code === 'ENOENT' && error.exitCode === undefined) {
    throw new AppError('E_HOST_MISSING', `Cannot run "${command}": the program is not installed`, {
      hint: packageHint(command),
      cause: error,
    })
  }
  options.signal?.throwIfAborted()
  const stderr = typeof error.stderr === 'string' ? error.stderr : ''
  if (options.allowFailure && error.exitCode !== undefined) {
    return { exitCode: error.exitCode, stdout: typeof error.stdout === 'string' ? error.stdout : '', stderr }
  }
  if (NO_SPACE.test(stderr)) {
    throw new AppError('E_STORE_FULL', `Cannot run "${command}": no space left on the device`, { cause: error })
  }
  const how = error.exitCode === undefined ? (error.signal ?? error.code ?? 'unknown') : `exit status ${error.exitCode}`
  throw new AppError('E_HOST_COMMAND', `Cannot run "${command}" (${how}): ${stderr.trim() || error.shortMessage}`, {
    cause: error,
  })
}
