import { type FSWatcher, watch } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { logFiles, openNext, openSame } from './log-files.ts'
import { type LogRecord, parseLogLine } from './log-line.ts'

const CHUNK = 64 * 1024

export interface LogFollow {
  readonly signal?: AbortSignal
  /** True while the container may still write: the reader waits for more. */
  isLive(): boolean
  /** Settles when it is no longer live. */
  readonly ended?: Promise<unknown>
}

/** A batch of records, or the mark that all which stood in the log has been given out. */
export type LogBatch = readonly LogRecord[] | 'caught-up'

/** A place in a log: a file, and the bytes of it that were read. */
export interface LogPosition {
  readonly inode?: number
  readonly offset: number
}

/** Where a log ends now. */
export const logEnd = async (path: string): Promise<LogPosition> => {
  const current = (await logFiles(path)).at(-1)
  const handle = current && (await openSame(current))
  if (!handle) return current ? logEnd(path) : { offset: 0 }
  try {
    const { ino, size } = await handle.stat()
    return { inode: ino, offset: size }
  } finally {
    await handle.close()
  }
}

/**
 * All records from a position on (the default: the oldest), across rotations; with `follow` also those to come, until the
 * log is no longer live.
 */
export async function* readLog(
  path: string,
  { follow, from = { offset: 0 } }: { follow?: LogFollow; from?: LogPosition } = {},
): AsyncGenerator<LogBatch> {
  const cursor = { position: from.offset }
  const isLive = (): boolean => follow?.isLive() ?? false
  const changes = follow && isLive() ? changeSignal(dirname(path), follow) : undefined
  let handle = await openAt(path, from)
  const found = await handle?.stat()
  if (!found || found.size < from.offset) cursor.position = 0
  let inode = found?.ino
  let caughtUp = false
  try {
    for (;;) {
      const live = isLive()
      if (handle) yield* readOnce(handle, cursor)
      const next = await openNext(path, inode)
      if (next) {
        if (handle) yield* readOnce(handle, cursor)
        await handle?.close()
        handle = next
        inode = (await next.stat()).ino
        cursor.position = 0
        continue
      }
      if (!caughtUp) yield 'caught-up'
      caughtUp = true
      if (!live) return
      follow?.signal?.throwIfAborted()
      await changes?.next()
    }
  } finally {
    changes?.close()
    await handle?.close()
  }
}

const openAt = async (path: string, { inode }: LogPosition): Promise<FileHandle | undefined> => {
  for (;;) {
    const file = (await logFiles(path)).find((found) => found.inode === inode)
    if (!file) return undefined
    const handle = await openSame(file)
    if (handle) return handle
  }
}

interface Cursor {
  position: number
}

/** Whole lines from the cursor to the end of the file; a torn last line is left for the next time. */
async function* readOnce(handle: FileHandle, cursor: Cursor): AsyncGenerator<LogRecord[]> {
  let rest: Buffer = Buffer.alloc(0)
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, cursor.position + rest.length)
    if (bytesRead === 0) return
    const data = rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)])
    const records: LogRecord[] = []
    let start = 0
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      const record = parseLogLine(data.subarray(start, end))
      if (record) records.push(record)
      start = end + 1
    }
    cursor.position += start
    rest = data.subarray(start)
    if (records.length > 0) yield records
  }
}

/** Waits for changes in a folder; a change between two waits is not missed. */
const changeSignal = (folder: string, { signal, ended }: LogFollow): { next(): Promise<void>; close(): void } => {
  let pending = false
  let wake: (() => void) | undefined
  const changed = (): void => {
    pending = true
    wake?.()
  }
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(folder, { persistent: false }, changed)
    watcher.on('error', changed)
  } catch {
    changed()
  }
  signal?.addEventListener('abort', changed, { once: true })
  void ended?.finally(changed)
  return {
    async next() {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      pending = false
      wake = undefined
    },
    close() {
      watcher?.close()
      signal?.removeEventListener('abort', changed)
    },
  }
}
