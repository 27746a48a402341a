import { type Stats, chmodSync, chownSync, closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs'
import { readSync, readlinkSync } from 'node:fs'
import { AppError } from '../../errors/app-error.ts'

/** O_PATH: names a file without opening it, so neither a FIFO nor a device does anything. Node has no constant. */
const O_PATH = 0o10000000
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const HERE = O_PATH | O_NOFOLLOW
const MAX_LINKS = 40

interface Place {
  /** O_PATH descriptor; its holder closes it. */
  readonly fd: number
  readonly stats: Stats
  /** Canonical path inside the root, without symlinks. */
  readonly path: string
}

export interface MakeOptions {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/**
 * Reads a regular file below `rootfs` as its container would find it: symlinks stay inside, absolute ones begin at the
 * root, and nothing that another process swaps in between leads out. Undefined when it is not there.
 *
 * @throws E_RUNTIME_PATH when it is no regular file, longer than `maxBytes`, or a loop of links
 */
export const readInside = (rootfs: string, path: string, options: { maxBytes: number }): Buffer | undefined =>
  visit(rootfs, path, (place) => {
    if (!place) return undefined
    if (!place.stats.isFile()) throw pathError(`Cannot read "${path}" of the container: it is not a regular file`)
    if (place.stats.size > options.maxBytes) throw tooLong(path, options.maxBytes)
    const fd = openSync(`/proc/self/fd/${place.fd}`, O_RDONLY | O_NONBLOCK)
    try {
      return readAtMost(fd, path, options.maxBytes)
    } finally {
      closeSync(fd)
    }
  })

/** What is found at a path below `rootfs`, all links followed; undefined when there is nothing. */
export const statInside = (rootfs: string, path: string): { path: string; stats: Stats } | undefined =>
  visit(rootfs, path, (place) => place && { path: place.path, stats: place.stats })

/**
 * Makes a folder and those above it, as {@link readInside} walks. Folders that are there stay as they are; new ones get
 * the mode (0755) and owner (root). Answers the canonical path, to check where links led.
 *
 * @throws E_RUNTIME_PATH when something on the way is no folder
 */
export const mkdirInside = (
  rootfs: string,
  path: string,
  options: MakeOptions = {},
): { path: string; created: boolean } => {
  let created = false
  const make = (parent: Place, name: string): void => {
    const at = `/proc/self/fd/${parent.fd}/${name}`
    mkdirSync(at)
    created = true
    const fd = openSync(at, HERE | O_DIRECTORY)
    try {
      chmodSync(`/proc/self/fd/${fd}`, options.mode ?? 0o755)
      chownSync(`/proc/self/fd/${fd}`, options.uid ?? 0, options.gid ?? 0)
    } finally {
      closeSync(fd)
    }
  }
  return visit(
    rootfs,
    path,
    (place) => {
      if (!place?.stats.isDirectory()) throw pathError(`Cannot mkdir: ${path} is not a directory`)
      return { path: place.path, created }
    },
    make,
  )
}

/** Walks to `path` and hands the place to `use`; `make` is called for a name that is missing, and then tried again. */
const visit = <T>(
  rootfs: string,
  path: string,
  use: (place: Place | undefined) => T,
  make?: (parent: Place, name: string) => void,
): T => {
  const rootFd = openSync(rootfs, O_PATH | O_DIRECTORY)
  const trail: Place[] = [{ fd: rootFd, stats: fstatSync(rootFd), path: '/' }]
  try {
    return use(walk(trail, path, make))
  } finally {
    for (const place of trail) closeSync(place.fd)
  }
}

/** `trail` holds every folder from the root to here, so that `..` is a step back and never a lookup. */
const walk = (trail: Place[], path: string, make?: (parent: Place, name: string) => void): Place | undefined => {
  const todo = path.split('/').reverse()
  let links = 0
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const parent = trail.at(-1)
    if (!parent) return undefined
    if (name === '' || name === '.') continue
    if (name === '..') {
      if (trail.length > 1) closeSync(trail.pop()?.fd ?? -1)
      continue
    }
    if (!parent.stats.isDirectory()) {
      if (make) throw pathError(`Cannot mkdir: ${parent.path} is not a directory`)
      return undefined
    }
    let next = step(parent, name)
    if (!next && make) {
      make(parent, name)
      next = step(parent, name)
    }
    if (!next) return undefined
    if (!next.stats.isSymbolicLink()) {
      trail.push(next)
      continue
    }
    closeSync(next.fd)
    links += 1
    if (links > MAX_LINKS) throw pathError(`Cannot follow "${path}" in the container: too many symbolic links`)
    const target = readLink(parent, name)
    if (target === undefined) return undefined
    if (target.startsWith('/')) for (const place of trail.splice(1)) closeSync(place.fd)
    todo.push(...target.split('/').reverse())
  }
  return trail.at(-1)
}

const step = (parent: Place, name: string): Place | undefined => {
  try {
    const fd = openSync(`/proc/self/fd/${parent.fd}/${name}`, HERE)
    return { fd, stats: fstatSync(fd), path: parent.path === '/' ? `/${name}` : `${parent.path}/${name}` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw error
  }
}

/** Undefined for a link that has gone meanwhile, or leads nowhere from here: /proc/self of another PID namespace. */
const readLink = (parent: Place, name: string): string | undefined => {
  try {
    return readlinkSync(`/proc/self/fd/${parent.fd}/${name}`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EINVAL') return undefined
    throw error
  }
}

/** The size was looked at before, but the file may grow meanwhile, and files of /proc have size 0. */
const readAtMost = (fd: number, path: string, maxBytes: number): Buffer => {
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, maxBytes - total + 1))
    const count = readSync(fd, chunk)
    if (count === 0) return Buffer.concat(chunks)
    total += count
    if (total > maxBytes) throw tooLong(path, maxBytes)
    chunks.push(chunk.subarray(0, count))
  }
}

const tooLong = (path: string, maxBytes: number): AppError =>
  pathError(`Cannot read "${path}" of the container: it is longer than ${maxBytes} bytes`)

const pathError = (message: string): AppError => new AppError('E_RUNTIME_PATH', message)
