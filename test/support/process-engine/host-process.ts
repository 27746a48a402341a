import { type ChildProcess, spawn } from 'node:child_process'
import type { StreamChunk } from '../../../src/port/common.ts'

export interface HostProcessOptions {
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  /** Everything comes as stdout. There is no real terminal. */
  readonly tty: boolean
  readonly onOutput: (chunk: StreamChunk) => void
  /** 128 + signal for one that was killed, 127 when there is no such program. */
  readonly onExit: (exitCode: number) => void
}

export interface HostProcess {
  readonly pid: number
  write(data: Uint8Array): void
  end(): void
  /** To the first process, as a container's init gets it. */
  kill(signal: NodeJS.Signals): void
  /** To all of them. */
  killGroup(signal: NodeJS.Signals): void
}

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGUSR1: 10, SIGTERM: 15 }

/** A child of the test's process in a group of its own, which ends with its first process as a PID namespace does. */
export const hostProcess = (options: HostProcessOptions): HostProcess => {
  const [command = '', ...args] = options.args
  const child = spawn(command, args, {
    detached: true,
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...Object.fromEntries(options.env.map(pair)) },
  })
  const killGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // It has ended already.
    }
  }
  listen(child, options)
  child.on('exit', () => killGroup('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    write: (data) => void child.stdin.write(data),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    killGroup,
  }
}

const listen = (child: ChildProcess, { tty, onOutput, onExit }: HostProcessOptions): void => {
  let missing = false
  child.stdin?.on('error', () => undefined)
  child.stdout?.on('data', (data: Buffer) => onOutput({ stream: 'stdout', data }))
  child.stderr?.on('data', (data: Buffer) => onOutput({ stream: tty ? 'stdout' : 'stderr', data }))
  child.on('error', () => {
    missing = true
    onExit(127)
  })
  child.on('close', (code, signal) => {
    if (!missing) onExit(code ?? 128 + (SIGNALS[signal ?? ''] ?? 0))
  })
}

const pair = (variable: string): [string, string] => {
  const at = variable.indexOf('=')
  return [variable.slice(0, at), variable.slice(at + 1)]
}
