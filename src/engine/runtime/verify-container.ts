import { type Stats, lstatSync, readFileSync, statSync } from 'node:fs'
import { capabilityMask } from './capabilities.ts'
import { deviceNumbers } from './devices.ts'
import { field } from './host-facts.ts'
import { type MountEntry, parseMountinfo } from './mountinfo.ts'
import type { OciMount, OciSpec } from './oci.ts'
import { statInside } from './rootfs-files.ts'

/** The file of /proc/PID/ns of each namespace of a spec. */
const NAMESPACE_FILES = { mount: 'mnt', uts: 'uts', ipc: 'ipc', pid: 'pid', network: 'net', cgroup: 'cgroup' } as const

const FLAGS = ['ro', 'nosuid', 'nodev', 'noexec']

/** What the kernel shows of a process, and of the root file system it lives in. */
interface Created {
  readonly status: string
  readonly mounts: readonly MountEntry[]
  readonly root: string
  readonly proc: string
  /** Those of /proc and /sys that are where they seem: below them no image can have put a link. */
  readonly plain: readonly string[]
}

/**
 * Compares a created, not yet started container with its spec: root, mounts, masks, read-only paths, capabilities,
 * no-new-privileges, seccomp, working directory and namespaces. Answers one sentence a difference; a runtime that was
 * led astray by an image is seen here, whatever the trick.
 */
export const verifyContainer = (pid: number, spec: OciSpec): string[] => {
  const proc = `/proc/${pid}`
  const created: Created = {
    proc,
    root: `${proc}/root`,
    plain: ['/proc', '/sys'].filter((top) => statInside(`${proc}/root`, top)?.path === top),
    status: readFileSync(`${proc}/status`, 'utf8'),
    mounts: parseMountinfo(readFileSync(`${proc}/mountinfo`, 'utf8')),
  }
  return [
    ...rootDifferences(created, spec),
    ...spec.mounts.flatMap((mount) => mountDifferences(created, mount)),
    ...spec.linux.maskedPaths.flatMap((path) => maskDifferences(created, path)),
    ...spec.linux.readonlyPaths.flatMap((path) => readOnlyDifferences(created, path)),
    ...processDifferences(created, spec),
    ...namespaceDifferences(created, spec),
  ]
}

const rootDifferences = ({ root, mounts }: Created, spec: OciSpec): string[] => {
  if (!isSame(root, spec.root.path)) return [`root: not "${spec.root.path}"`]
  const entry = mounts.findLast((mount) => mount.point === '/')
  return spec.root.readonly && !entry?.options.has('ro') ? ['root: writable'] : []
}

const mountDifferences = ({ root, mounts }: Created, mount: OciMount): string[] => {
  const name = `mount "${mount.destination}"`
  const found = statInside(root, mount.destination)
  const entry = found && mounts.findLast(({ point }) => point === found.path)
  if (!entry) return [`${name}: missing`]
  if (!isOfType(entry, mount)) return [`${name}: is ${entry.type}, not ${mount.type}`]
  if (mount.type === 'bind') {
    const source = statSync(mount.source, { throwIfNoEntry: false })
    if (source && (source.dev !== found.stats.dev || source.ino !== found.stats.ino)) {
      return [`${name}: not "${mount.source}"`]
    }
  }
  const entries = entry.type === 'tmpfs' && mount.type === 'cgroup' ? controllersBelow(mounts, entry) : [entry]
  const lacking = FLAGS.filter(
    (flag) => mount.options.includes(flag) && !entries.every(({ options }) => options.has(flag)),
  )
  return lacking.map((flag) => `${name}: without "${flag}"`)
}

/** On cgroup v1 a runtime makes a tmpfs that holds one mount a controller, and the flags are on those. */
const controllersBelow = (mounts: readonly MountEntry[], parent: MountEntry): MountEntry[] =>
  mounts.filter(({ point, type }) => type === 'cgroup' && point.startsWith(`${parent.point}/`))

const isOfType = (entry: MountEntry, mount: OciMount): boolean => {
  if (mount.type === 'bind') return true
  if (mount.type === 'cgroup') return ['cgroup', 'cgroup2', 'tmpfs'].includes(entry.type)
  return entry.type === mount.type
}

/** A file is masked by /dev/null, a folder by an empty read-only tmpfs; what is not there needs no mask. */
const maskDifferences = (created: Created, path: string): string[] => {
  const { mounts } = created
  const found = look(created, path)
  if (!found) return []
  if (!found.stats.isDirectory()) {
    const { major, minor } = deviceNumbers(found.stats.rdev)
    return found.stats.isCharacterDevice() && major === 1 && minor === 3 ? [] : [`mask "${path}": open`]
  }
  const entry = mounts.findLast(({ point }) => point === found.path)
  return entry?.type === 'tmpfs' && entry.options.has('ro') ? [] : [`mask "${path}": open`]
}

const readOnlyDifferences = (created: Created, path: string): string[] => {
  const found = look(created, path)
  if (!found) return []
  const entry = created.mounts.findLast(({ point }) => point === found.path)
  return entry?.options.has('ro') ? [] : [`read-only path "${path}": writable`]
}

/** One call where that is safe instead of a walk: there are some twenty such paths. */
const look = ({ root, plain }: Created, path: string): { path: string; stats: Stats } | undefined => {
  if (!plain.some((top) => path.startsWith(`${top}/`))) return statInside(root, path)
  const stats = lstatSync(root + path, { throwIfNoEntry: false })
  return stats && { path, stats }
}

const processDifferences = (created: Created, spec: OciSpec): string[] => {
  const { process, linux } = spec
  const { capabilities } = process
  const { uid, gid } = process.user
  const wanted: Readonly<Record<string, string>> = {
    Uid: [uid, uid, uid, uid].join('\t'),
    Gid: [gid, gid, gid, gid].join('\t'),
    CapBnd: capabilityMask(capabilities.bounding),
    CapEff: capabilityMask(capabilities.effective),
    CapPrm: capabilityMask(capabilities.permitted),
    CapInh: capabilityMask(capabilities.inheritable),
    CapAmb: capabilityMask(capabilities.ambient),
    NoNewPrivs: process.noNewPrivileges ? '1' : '0',
    Seccomp: linux.seccomp ? '2' : '0',
  }
  const differences = Object.entries(wanted)
    .map(([name, value]) => ({ name, value, is: field(created.status, name) }))
    .filter(({ name, value, is }) => is !== value && !isLate(name, spec))
    .map(({ name, value, is }) => `${name}: ${is}, not ${value}`)
  const directory = statInside(created.root, process.cwd)
  const isThere = directory !== undefined && isSame(`${created.proc}/cwd`, `${created.root}${directory.path}`)
  return isThere ? differences : [...differences, `working directory: not "${process.cwd}"`]
}

/** With no-new-privileges crun loads the filter as the last thing before execve(2). */
const isLate = (name: string, spec: OciSpec): boolean => name === 'Seccomp' && spec.process.noNewPrivileges

const namespaceDifferences = ({ proc }: Created, spec: OciSpec): string[] =>
  spec.linux.namespaces.flatMap(({ type, path }) => {
    const file = NAMESPACE_FILES[type]
    if (path !== undefined) return isSame(`${proc}/ns/${file}`, path) ? [] : [`${type} namespace: not "${path}"`]
    return isSame(`${proc}/ns/${file}`, `/proc/self/ns/${file}`) ? [`${type} namespace: the host's`] : []
  })

const isSame = (a: string, b: string): boolean => {
  const [left, right] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }))
  return left !== undefined && right !== undefined && left.dev === right.dev && left.ino === right.ino
}
