import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { type CgroupWait, absentAs, isAbsent, treeOf, until, wordsOf } from './cgroup-files.ts'

/** One mounted hierarchy. */
export interface CgroupHierarchy {
  /** Mount point, below the root that was given. */
  readonly path: string
  /** v1: `cpu`, `memory`, `name=systemd`; v2: what cgroup.controllers lists. */
  readonly controllers: readonly string[]
  readonly version: 1 | 2
}

/** How this machine's control groups are laid out (cgroups(7)). */
export interface Cgroups {
  /** That which limits containers: 2 only when no v1 controller is mounted. */
  readonly version: 1 | 2
  readonly hierarchies: readonly CgroupHierarchy[]
  /** v1 with a cgroup2 mount beside it that owns controllers of its own. */
  readonly hybridControllers: readonly string[]
  /** Memory plus swap can be limited. */
  readonly swapLimit: boolean
}

/** Reads /proc/mounts; everything is looked up below `root`. @throws E_HOST_CGROUP when none is mounted */
export const detectCgroups = (root = '/'): Cgroups => {
  const hierarchies = mountsOf(readFileSync(join(root, 'proc/mounts'), 'utf8')).map(
    ({ point, type, options }): CgroupHierarchy => {
      const path = join(root, point)
      return type === 'cgroup2'
        ? { path, version: 2, controllers: wordsOf(join(path, 'cgroup.controllers')) }
        : { path, version: 1, controllers: options.filter((option) => !MOUNT_FLAGS.has(option)) }
    },
  )
  if (hierarchies.length === 0) {
    throw new AppError('E_HOST_CGROUP', 'Cannot limit containers: no cgroup file system is mounted', {
      hint: 'Mount cgroup2 on /sys/fs/cgroup',
    })
  }
  const version = hierarchies.some(isV1Controller) ? 1 : 2
  const unified = hierarchies.find((hierarchy) => hierarchy.version === 2)
  return {
    version,
    hierarchies,
    hybridControllers: version === 1 ? (unified?.controllers ?? []) : [],
    swapLimit: hasSwapLimit(version, hierarchies, root),
  }
}

const MOUNT_FLAGS = new Set('rw ro nosuid nodev noexec relatime noatime nodiratime xattr clone_children'.split(' '))

const mountsOf = (text: string): { point: string; type: string; options: string[] }[] =>
  text
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([, point = '', type = '', options = '']) =>
      type === 'cgroup' || type === 'cgroup2' ? [{ point, type, options: options.split(',') }] : [],
    )

const isV1Controller = ({ version, controllers }: CgroupHierarchy): boolean =>
  version === 1 && controllers.some((name) => !name.startsWith('name=') && !name.startsWith('release_agent='))

/** v2 keeps memory.swap.max out of the root group, so any group below it answers for the kernel. */
const hasSwapLimit = (version: 1 | 2, hierarchies: readonly CgroupHierarchy[], root: string): boolean => {
  if (version === 1) {
    const memory = hierarchies.find(({ controllers }) => controllers.includes('memory'))
    return memory !== undefined && existsSync(join(memory.path, 'memory.memsw.limit_in_bytes'))
  }
  const unified = hierarchies[0]
  if (!unified) return false
  const own = /^0::(.*)$/m.exec(readFileSync(join(root, 'proc/self/cgroup'), 'utf8'))?.[1] ?? '/'
  const groups = readdirSync(unified.path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [own, ...groups.map((entry) => entry.name)].some((name) =>
    existsSync(join(unified.path, name, 'memory.swap.max')),
  )
}

/** The folder of a group in each hierarchy, whether it exists or not. */
export const cgroupPaths = (cgroups: Cgroups, path: string): string[] =>
  cgroups.hierarchies.map((hierarchy) => join(hierarchy.path, path))

/** The file with a line `oom_kill N` for a group. */
export const oomFile = (cgroups: Cgroups, path: string): string =>
  cgroups.version === 1
    ? join(controllerRoot(cgroups, 'memory'), path, 'memory.oom_control')
    : join(controllerRoot(cgroups, ''), path, 'memory.events')

/** How many processes of the group the kernel has killed for want of memory; 0 when the group is gone. */
export const oomKills = async (cgroups: Cgroups, path: string): Promise<number> => {
  const text = await readFile(oomFile(cgroups, path), 'utf8').catch(absentAs(''))
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
}

/** Processes of a group and the groups below it; empty when it is gone. */
export const pidsIn = async (cgroups: Cgroups, path: string): Promise<number[]> => {
  const pids = new Set<number>()
  for (const folder of cgroupPaths(cgroups, path)) {
    for (const group of await treeOf(folder)) {
      const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(absentAs(''))
      for (const pid of text.split('\n')) if (pid !== '' && pid !== '0') pids.add(Number(pid))
    }
  }
  return [...pids].sort((a, b) => a - b)
}

/**
 * Stops every process of a group and resolves when they stand still.
 *
 * @throws E_HOST_CGROUP when they do not in time; they run on then
 */
export const freeze = async (cgroups: Cgroups, path: string, wait: CgroupWait = {}): Promise<void> => {
  const freezer = freezerOf(cgroups, path)
  try {
    await until(async () => {
      // v1 may stay in FREEZING when a process forks meanwhile; writing again is what gets it out (freezer-subsystem.rst).
      await writeFile(freezer.file, freezer.frozen)
      return freezer.isFrozen(await readFile(freezer.state, 'utf8'))
    }, wait)
  } catch (error) {
    await writeFile(freezer.file, freezer.thawed).catch(() => undefined)
    wait.signal?.throwIfAborted()
    throw new AppError('E_HOST_CGROUP', `Cannot pause the processes of "${path}"`, { cause: error })
  }
}

/** Lets them run again and resolves when they do; a group that is gone is no error. */
export const thaw = async (cgroups: Cgroups, path: string, wait: CgroupWait = {}): Promise<void> => {
  const freezer = freezerOf(cgroups, path)
  await until(async () => {
    try {
      await writeFile(freezer.file, freezer.thawed)
      return !freezer.isFrozen(await readFile(freezer.state, 'utf8'))
    } catch (error) {
      if (isAbsent(error)) return true
      throw error
    }
  }, wait)
}

const freezerOf = (cgroups: Cgroups, path: string) => {
  if (cgroups.version === 1) {
    const file = join(controllerRoot(cgroups, 'freezer'), path, 'freezer.state')
    const isFrozen = (text: string): boolean => text.trim() === 'FROZEN'
    return { file, state: file, frozen: 'FROZEN', thawed: 'THAWED', isFrozen }
  }
  const folder = join(controllerRoot(cgroups, ''), path)
  const isFrozen = (text: string): boolean => /^frozen 1$/m.test(text)
  return {
    file: join(folder, 'cgroup.freeze'),
    state: join(folder, 'cgroup.events'),
    frozen: '1',
    thawed: '0',
    isFrozen,
  }
}

/**
 * Makes a group that containers' groups can stand in: on v2 with every controller handed down to it, on v1 nothing is
 * needed. Answers the controllers that could not be handed down.
 */
export const prepareParent = async (cgroups: Cgroups, path: string): Promise<string[]> => {
  if (cgroups.version === 1) return []
  const root = controllerRoot(cgroups, '')
  const missing = new Set<string>()
  let folder = root
  for (const name of ['', ...path.split('/').filter((part) => part !== '')]) {
    folder = join(folder, name)
    await mkdir(folder, { recursive: true })
    const enabled = new Set(wordsOf(join(folder, 'cgroup.subtree_control')))
    for (const controller of wordsOf(join(folder, 'cgroup.controllers'))) {
      if (enabled.has(controller)) continue
      await writeFile(join(folder, 'cgroup.subtree_control'), `+${controller}`).catch(() => missing.add(controller))
    }
  }
  return [...missing]
}

/**
 * Removes a group and all below it in every hierarchy; one that is gone is no error. With `kill` the processes in it
 * are killed first.
 *
 * @throws E_HOST_CGROUP when processes keep it busy
 */
export const removeCgroups = async (
  cgroups: Cgroups,
  path: string,
  options: CgroupWait & { readonly kill?: boolean } = {},
): Promise<void> => {
  if (path.split('/').every((part) => part === '' || part === '.')) throw new Error('not the root group')
  let busy: unknown
  const remove = async (): Promise<boolean> => {
    if (options.kill) await killAll(cgroups, path)
    busy = undefined
    for (const folder of cgroupPaths(cgroups, path)) {
      for (const group of (await treeOf(folder)).reverse()) {
        await rmdir(group).catch((error: unknown) => {
          if (!isAbsent(error)) busy = error
        })
      }
    }
    return busy === undefined
  }
  try {
    await until(remove, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new AppError('E_HOST_CGROUP', `Cannot remove the control group "${path}": it is in use`, {
      cause: busy ?? error,
    })
  }
}

const killAll = async (cgroups: Cgroups, path: string): Promise<void> => {
  for (const pid of await pidsIn(cgroups, path)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  if (cgroups.version === 2) return
  // A frozen process of v1 does not even die.
  for (const group of await treeOf(join(controllerRoot(cgroups, 'freezer'), path))) {
    await writeFile(join(group, 'freezer.state'), 'THAWED').catch(absentAs(undefined))
  }
}

const controllerRoot = (cgroups: Cgroups, controller: string): string => {
  const found = cgroups.hierarchies.find((hierarchy) =>
    cgroups.version === 2 ? hierarchy.version === 2 : hierarchy.controllers.includes(controller),
  )
  if (!found) throw new AppError('E_HOST_CGROUP', `The kernel has no "${controller}" control groups mounted`)
  return found.path
}
