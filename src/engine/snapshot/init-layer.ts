import { chmod, lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `directory` and `file` as they are; anything else is the target of a symlink. */
const ENTRIES: readonly (readonly [path: string, kind: 'directory' | 'file' | `/${string}`])[] = [
  ['dev', 'directory'],
  ['dev/pts', 'directory'],
  ['dev/shm', 'directory'],
  ['dev/console', 'file'],
  ['proc', 'directory'],
  ['sys', 'directory'],
  ['etc', 'directory'],
  ['etc/hosts', 'file'],
  ['etc/hostname', 'file'],
  ['etc/resolv.conf', 'file'],
  ['etc/mtab', '/proc/mounts'],
]

/**
 * Makes real everything that a runtime mounts on or writes to, so that no symlink of an image can lead it out of the
 * root file system `rootfs`. Parents come first in the table: no step ever walks through something it did not check.
 */
export const writeInitLayer = async (rootfs: string): Promise<void> => {
  for (const [entry, kind] of ENTRIES) {
    const path = join(rootfs, entry)
    if (await isReal(path, kind)) continue
    await rm(path, { recursive: true, force: true })
    if (kind === 'directory') {
      await mkdir(path)
      await chmod(path, 0o755)
    } else if (kind === 'file') {
      await writeFile(path, '', { flag: 'wx' })
      await chmod(path, 0o644)
    } else {
      await symlink(kind, path)
    }
  }
}

const isReal = async (path: string, kind: string): Promise<boolean> => {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (!found) return false
  if (kind === 'directory') return found.isDirectory()
  if (kind === 'file') return found.isFile()
  return found.isSymbolicLink() && (await readlink(path)) === kind
}
