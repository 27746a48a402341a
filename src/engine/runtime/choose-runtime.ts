import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, isAppError, messageOf } from '../../errors/app-error.ts'
import { type Cgroups, detectCgroups } from '../host/cgroups.ts'
import type { Host } from '../host/host.ts'

export interface RuntimeChoice {
  readonly name: 'crun' | 'runc'
  /** Absolute. */
  readonly path: string
  readonly version: string
  /** Take /sys/fs/cgroup/unified out of the runtime's sight before it is started. */
  readonly hideUnified: boolean
  readonly cgroupVersion: 1 | 2
  /** A statically linked init program for containers that ask for one; absent when none is installed. */
  readonly initPath?: string
}

export interface ChooseOptions {
  /** `crun`, `runc`, or the path of one. */
  readonly prefer?: string
  /** Where the answer is kept until the next boot. */
  readonly stateDir: string
  readonly cgroups?: Cgroups
  /** Folders to look in, the first one counts. */
  readonly folders?: readonly string[]
}

const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/bin', '/sbin']
const NAMES = ['crun', 'runc'] as const

/** It runs in containers that have no C library of ours, so only static ones. */
const INIT_PATHS = [
  '/usr/bin/tini-static',
  '/usr/libexec/docker/docker-init',
  '/usr/bin/docker-init',
  '/usr/bin/catatonit',
  '/usr/libexec/podman/catatonit',
]

const INSTALL_HINT =
  'Install crun (or runc): apt-get install crun on Debian and Ubuntu, dnf install crun on Fedora and RHEL, ' +
  'zypper install crun on openSUSE, pacman -S crun on Arch, apk add crun on Alpine'

/**
 * The OCI runtime to use: the preferred one, else crun, else runc, from folders that only root may write. It is tried
 * once a boot; later engines read the answer from `stateDir`.
 *
 * @throws E_RUNTIME_MISSING when none works, E_RUNTIME_UNSAFE when others than root could change it
 */
export const chooseRuntime = async (host: Host, options: ChooseOptions): Promise<RuntimeChoice> => {
  const cgroups = options.cgroups ?? detectCgroups()
  const failures: unknown[] = []
  for (const candidate of candidates(options)) {
    try {
      const found = await probe(host, candidate, options.stateDir)
      if (found) return { ...found, ...cgroupRules(found.name, cgroups), ...findInit() }
    } catch (error) {
      failures.push(error)
    }
  }
  const [first] = failures
  if (isAppError(first, 'E_RUNTIME_UNSAFE')) throw first
  const why = first === undefined ? 'neither crun nor runc is installed' : messageOf(first)
  const what = options.prefer === undefined ? 'an OCI runtime' : `the OCI runtime "${options.prefer}"`
  throw new AppError('E_RUNTIME_MISSING', `Cannot find ${what}: ${why}`, { hint: INSTALL_HINT, cause: first })
}

const findInit = (): Pick<RuntimeChoice, 'initPath'> => {
  const initPath = INIT_PATHS.find((path) => existsSync(path))
  return initPath === undefined ? {} : { initPath }
}

type Named = Pick<RuntimeChoice, 'name' | 'path' | 'version'>
type Candidate = Pick<RuntimeChoice, 'name' | 'path'>

const candidates = ({ prefer, folders = FOLDERS }: ChooseOptions): Candidate[] => {
  if (prefer?.startsWith('/')) return [{ name: prefer.endsWith('runc') ? 'runc' : 'crun', path: prefer }]
  const names = prefer === undefined ? NAMES : NAMES.filter((name) => name === prefer)
  return names.flatMap((name) => folders.map((folder) => ({ name, path: join(folder, name) })))
}

/** crun refuses a hybrid host whose cgroup2 owns a controller; it does not look when that mount is not there. */
const cgroupRules = (name: string, cgroups: Cgroups): Pick<RuntimeChoice, 'hideUnified' | 'cgroupVersion'> => ({
  hideUnified: name === 'crun' && cgroups.hybridControllers.length > 0,
  cgroupVersion: cgroups.version,
})

/** Undefined when there is no such file. */
const probe = async (host: Host, candidate: Candidate, stateDir: string): Promise<Named | undefined> => {
  const file = await stat(candidate.path).catch(() => undefined)
  if (!file?.isFile()) return undefined
  const folder = await stat(dirname(candidate.path))
  for (const [path, { uid, gid, mode }] of [
    [candidate.path, file],
    [dirname(candidate.path), folder],
  ] as const) {
    if (uid !== 0 || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0)) {
      throw new AppError('E_RUNTIME_UNSAFE', `Cannot use "${candidate.path}": others than root may write "${path}"`)
    }
  }
  const key = [candidate.path, file.ino, file.size, file.mtimeMs, await bootId()].join(' ')
  const known = await readAnswer(stateDir, key)
  if (known !== undefined) return { ...candidate, version: known }
  const { stdout } = await host.run(candidate.path, ['--version'])
  const version = /version (\S+)/.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`"${candidate.path} --version" names no version`)
  await writeAnswer(stateDir, key, version)
  return { ...candidate, version }
}

const bootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()

const answerFile = (stateDir: string): string => join(stateDir, 'runtime.json')

const readAnswer = async (stateDir: string, key: string): Promise<string | undefined> => {
  try {
    const answer = JSON.parse(await readFile(answerFile(stateDir), 'utf8')) as Partial<
      Record<'key' | 'version', unknown>
    >
    return answer.key === key && typeof answer.version === 'string' ? answer.version : undefined
  } catch {
    return undefined
  }
}

/** The state folder may vanish at any time: without fsync, and torn files are read as none. */
const writeAnswer = async (stateDir: string, key: string, version: string): Promise<void> => {
  await mkdir(stateDir, { recursive: true, mode: 0o711 })
  const temporary = `${answerFile(stateDir)}.${process.pid}`
  await writeFile(temporary, JSON.stringify({ key, version }), { mode: 0o600 })
  await rename(temporary, answerFile(stateDir))
}
