import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface InRoot {
  /** Path below the root, without a slash in front; empty for the root itself. */
  readonly path: string
  /** Absent when nothing is there. */
  readonly stats?: Stats
}

/** As many symlinks as the kernel follows in one path. */
const MAX_LINKS = 40

/**
 * Follows a path as a process with `root` as its root would: neither `..` nor a symlink leads out.
 * For trees that nothing else changes meanwhile. A tail that does not exist is kept as it is written.
 */
export const resolveInRoot = async (root: string, path: string): Promise<InRoot> => {
  const pending = parts(path).reverse()
  const resolved: string[] = []
  let stats: Stats | undefined = await lstat(root)
  let followed = 0
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '..') {
      resolved.pop()
      stats = await lstatOrNothing(join(root, ...resolved))
      continue
    }
    const next = join(root, ...resolved, part)
    stats = await lstatOrNothing(next)
    if (!stats?.isSymbolicLink()) {
      resolved.push(part)
      continue
    }
    followed += 1
    if (followed > MAX_LINKS) throw new Error(`too many symlinks in "${path}"`)
    const target = await readlink(next)
    if (target.startsWith('/')) resolved.length = 0
    pending.push(...parts(target).reverse())
    stats = await lstatOrNothing(join(root, ...resolved))
  }
  return { path: resolved.join('/'), ...(stats ? { stats } : {}) }
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

/** What is at a path, symlinks not followed; undefined when there is nothing. */
export const lstatOrNothing = async (path: string | Buffer): Promise<Stats | undefined> => {
  try {
    return await lstat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
