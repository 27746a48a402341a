import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Folder of the repository. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** Where an engine of a test lives: everything it makes on the host carries a name that derives from `root`. */
export interface EngineHome {
  /** Temporary folder with everything in it. */
  readonly folder: string
  readonly root: string
  readonly state: string
  readonly socket: string
  /** Six hex digits of the data root's path, as in the engine's names. */
  readonly tag: string
  /** Environment for the command line tools. */
  readonly env: Readonly<Record<string, string>>
}

export interface OwnProcess {
  readonly pid: number
  readonly command: string
}

const STRANGERS = /^(COMPOSE_|DOCKER_|TSC_|NODE_OPTIONS$|VITEST)/

/** `parent` puts the data root somewhere else than the temporary folder, for example on a small file system. */
export const createEngineHome = (parent?: string): EngineHome => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tsc-e2e-')))
  const root = join(parent ?? folder, 'data')
  const state = join(folder, 'state')
  mkdirSync(root, { mode: 0o700 })
  const inherited = Object.entries(process.env).filter(([name, value]) => value !== undefined && !STRANGERS.test(name))
  const socket = join(state, 'engine.sock')
  const env = {
    ...Object.fromEntries(inherited as [string, string][]),
    TSC_ENGINE_ROOT: root,
    TSC_ENGINE_STATE: state,
    TSC_ENGINE_SOCKET: socket,
  }
  const tag = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 6)
  return { folder, root, state, socket, tag, env }
}

/** Processes that name this home in their command line or environment, but no child of this test run. */
export const ownProcesses = (home: EngineHome): OwnProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = readProc(pid, 'cmdline')
      const ours = command.includes(home.folder) || command.includes(home.root)
      const inherited = readProc(pid, 'environ').includes(`TSC_ENGINE_ROOT=${home.root}\n`)
      return ours || inherited ? [{ pid: Number(pid), command: command.replaceAll('\n', ' ').trim() }] : []
    })

/** The engine's main process, or undefined when it does not run. */
export const engineProcess = (home: EngineHome): OwnProcess | undefined =>
  ownProcesses(home).find(({ command }) => /tsc-engine\S* .*\bserve\b/.test(command))

/** Ends the engine as a service manager would, and waits until it is gone. */
export const stopEngine = async (home: EngineHome): Promise<void> => {
  const engine = engineProcess(home)
  if (!engine) return
  process.kill(engine.pid, 'SIGTERM')
  for (let tries = 0; tries < 200 && engineProcess(home)?.pid === engine.pid; tries++) await sleep(100)
}

export const removeEngineHome = (home: EngineHome): void => {
  rmSync(home.root, { recursive: true, force: true })
  rmSync(home.folder, { recursive: true, force: true })
}

/** Text of a file of /proc/PID with line ends for its NULs; empty when the process is gone. */
const readProc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n')
  } catch {
    return ''
  }
}
