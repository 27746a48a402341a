import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A log file under the name it had when it was looked at; rotation changes names, never inodes. */
export interface LogFile {
  readonly path: string
  readonly inode: number
}

/**
 * The log files from the oldest to the current one: `log.2`, `log.1`, `log`. They are looked at from the newest to the
 * oldest, the way in which rotation moves them: none is missed, and one that is met twice counts where it was met last.
 */
export const logFiles = async (path: string): Promise<LogFile[]> => {
  const name = basename(path)
  const numbers = (await readdir(dirname(path)).catch(() => []))
    .filter((entry) => entry.startsWith(`${name}.`) && /^\d+$/.test(entry.slice(name.length + 1)))
    .map((entry) => Number(entry.slice(name.length + 1)))
  const highest = Math.max(0, ...numbers)
  const byInode = new Map<number, LogFile>()
  for (let number = 0; ; number++) {
    const file = number === 0 ? path : join(dirname(path), `${name}.${number}`)
    const found = await stat(file).catch(() => undefined)
    if (!found && number > highest) break
    if (!found) continue
    byInode.delete(found.ino)
    byInode.set(found.ino, { path: file, inode: found.ino })
  }
  return [...byInode.values()].toReversed()
}

/** The file that was written after this one; the oldest one when `inode` is absent or not there any more. */
export const openNext = async (path: string, inode?: number): Promise<FileHandle | undefined> => {
  const current = await stat(path).catch(() => undefined)
  if (current && current.ino === inode) return undefined
  for (;;) {
    const files = await logFiles(path)
    const next = files[files.findIndex((file) => file.inode === inode) + 1]
    if (!next) return undefined
    const handle = await openSame(next)
    if (handle) return handle
  }
}

/** Opens a file unless its name has gone to another one meanwhile. */
export const openSame = async (file: LogFile): Promise<FileHandle | undefined> => {
  const handle = await open(file.path, 'r').catch(() => undefined)
  if (!handle) return undefined
  if ((await handle.stat()).ino === file.inode) return handle
  await handle.close()
  return undefined
}
