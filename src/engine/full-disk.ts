import { statfs } from 'node:fs/promises'
import { AppError, isAppError } from '../errors/app-error.ts'
import type { EnginePaths } from './context.ts'

const FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** The part with every failure that a full disk caused told as {@link fullDisk} tells it, of streams too. */
export const namingFullDisk = <T extends object>(part: T, paths: EnginePaths): T => {
  const wrapped: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(part)) {
    wrapped[name] = typeof member === 'function' ? guard(part, member as Method, paths) : member
  }
  return wrapped as T
}

/** E_STORE_FULL with the folder that is full and what to do, when a full disk is the reason; else the error as it was. */
export const fullDisk = async (error: unknown, paths: EnginePaths): Promise<unknown> => {
  if (!isFull(error)) return error
  const folder = (await isWithoutRoom(paths.state)) && !(await isWithoutRoom(paths.root)) ? paths.state : paths.root
  const move = folder === paths.root ? 'the data root with --root' : 'the state folder with --state'
  return new AppError('E_STORE_FULL', `Cannot write below "${folder}": no space left on the device`, {
    hint: `Free space on its file system, or move ${move}`,
    cause: error,
  })
}

type Method = (...args: unknown[]) => unknown

const guard =
  (part: object, method: Method, paths: EnginePaths): Method =>
  (...args) => {
    const result = method.apply(part, args)
    if (result instanceof Promise)
      return result.catch(async (error: unknown) => Promise.reject(await fullDisk(error, paths)))
    return isAsyncIterable(result) ? eachOf(result, paths) : result
  }

async function* eachOf(items: AsyncIterable<unknown>, paths: EnginePaths): AsyncGenerator {
  try {
    yield* items
  } catch (error) {
    throw await fullDisk(error, paths)
  }
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** By the error itself or by one of its causes. */
const isFull = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if (isAppError(error, 'E_STORE_FULL') || isErrorOfWrite(error)) return true
  return isFull(error.cause)
}

/** The kernel says ENOSPC of a full table of watches too. */
const isErrorOfWrite = (error: NodeJS.ErrnoException): boolean =>
  FULL_CODES.has(error.code) && error.syscall !== 'watch'

/** What root may still write is less than a small file, or no file may be made any more. */
const isWithoutRoom = async (folder: string): Promise<boolean> => {
  const { bfree, bsize, files, ffree } = await statfs(folder)
  return bfree * bsize < 64 * 1024 || (files > 0 && ffree === 0)
}
