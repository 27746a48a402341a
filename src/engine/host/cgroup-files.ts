import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { delay } from '../../lib/wait.ts'

export interface CgroupWait {
  readonly signal?: AbortSignal
  /** Milliseconds; 2000 when absent. */
  readonly timeout?: number
}

const POLL_MS = 5
const DEFAULT_TIMEOUT_MS = 2000

/** A group and those below it, parents first; empty when it is gone. */
export const treeOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(absentAs([]))
  if (entries.length === 0) return existsSync(folder) ? [folder] : []
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => treeOf(join(folder, entry.name)))
  return [folder, ...(await Promise.all(below)).flat()]
}

/** Polls until `done` answers true: the kernel sends no event that Node could wait for. @throws when the time is over */
export const until = async (done: () => Promise<boolean>, { signal, timeout = DEFAULT_TIMEOUT_MS }: CgroupWait) => {
  const end = performance.now() + timeout
  while (!(await done())) {
    if (performance.now() > end) throw new Error('timed out')
    await delay(POLL_MS, signal)
  }
}

/** Words of a kernel file; none when it is missing. */
export const wordsOf = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split(/\s+/)
        .filter((word) => word !== '')
    : []

/** ENODEV is what an open file of a group answers once the group is gone. */
export const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENODEV', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

export const absentAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isAbsent(error)) return value
    throw error
  }
