import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type RemoteEngine, connectEngine } from '../../src/remote/connect-engine.ts'
import { type EngineHome, repository } from './e2e/engine-home.ts'
import { eventually } from './e2e/eventually.ts'

export interface EngineProcess {
  readonly remote: RemoteEngine
  /** Ends the engine without a chance to do anything, and waits until the kernel has taken it away. */
  crash(): Promise<void>
  stop(): Promise<void>
}

export interface EngineRun {
  readonly status: number | null
  readonly stderr: string
}

const launch = (home: EngineHome): { child: ChildProcess; stderr: () => string } => {
  const folders = ['--root', home.root, '--state', home.state, '--host', `unix://${home.socket}`]
  const child = spawn(process.execPath, [join(repository, 'bin/tsc-engine.js'), ...folders, 'serve'], {
    env: home.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return { child, stderr: () => stderr }
}

/** `tsc-engine serve` in a process of its own, answering. */
export const startEngineProcess = async (home: EngineHome): Promise<EngineProcess> => {
  const { child, stderr } = launch(home)
  const remote = connectEngine({ kind: 'unix', path: home.socket })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    remote.close()
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The engine ended with ${child.exitCode}: ${stderr()}`)
  })
  ended.catch(() => undefined)
  await Promise.race([eventually(() => remote.system.ping()), ended])
  return { remote, crash: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

/** An engine that is expected to refuse to start. */
export const refusedEngine = async (home: EngineHome): Promise<EngineRun> => {
  const { child, stderr } = launch(home)
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stderr: stderr() }
}
