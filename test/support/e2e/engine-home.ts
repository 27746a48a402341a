import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

/** Folder of the repository. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** Downloaded packages of the distribution, which all tests share: base images are made again and again. */
const PACKAGES = join(repository, 'node_modules/.cache/tsc-e2e')

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
  mkdirSync(PACKAGES, { recursive: true })
  symlinkSync(PACKAGES, join(root, 'cache'))
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

/** Processes that name this home in their command line or environment, work in it, or run in a cgroup of its engine. */
export const ownProcesses = (home: EngineHome): OwnProcess[] =>
  processes().filter(({ pid, command }) => {
    if (command.includes(home.folder) || command.includes(home.root)) return true
    if (readProc(pid, 'environ').includes(`TSC_ENGINE_ROOT=${home.root} `)) return true
    return isBelow(readCwd(pid), home.folder, home.root) || readProc(pid, 'cgroup').includes(`/tsc-${home.tag}/`)
  })

/** The engine's main process, or undefined when it does not run. */
export const engineProcess = (home: EngineHome): OwnProcess | undefined =>
  ownProcesses(home).find(({ command }) => /tsc-engine\S* .*\bserve\b/.test(command))

/**
 * Ends the engine as a service manager would.
 * @throws when it, or a helper process that it started, is still there after twenty seconds
 */
export const stopEngine = async (home: EngineHome): Promise<void> => {
  const engine = engineProcess(home)
  if (!engine) return
  const family = [engine.pid, ...children(engine.pid)]
  process.kill(engine.pid, 'SIGTERM')
  await eventually(() => {
    const left = processes().filter(({ pid }) => family.includes(pid))
    if (left.length > 0) throw new Error(`The engine left processes: ${left.map(({ command }) => command).join(', ')}`)
  })
}

export const removeEngineHome = (home: EngineHome): void => {
  rmSync(home.root, { recursive: true, force: true })
  rmSync(home.folder, { recursive: true, force: true })
}

const processes = (): OwnProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: readProc(Number(name), 'cmdline').trim() }))

const children = (parent: number): number[] =>
  processes()
    .map(({ pid }) => pid)
    .filter((pid) => Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1]) === parent)

const isBelow = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`))

/** Text of a file of /proc/PID with spaces for its NULs; empty when the process is gone. */
const readProc = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

const readCwd = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
