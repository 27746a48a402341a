import { type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type LogRecord, parseLogLine } from './log-line.ts'

const CHUNK = 256 * 1024

export interface LogFollow {
  readonly signal?: AbortSignal
  /** True while the container may still write: the reader waits for more. */
  isLive(): boolean
  /** Settles when it is no longer live. */
  readonly ended?: Promise<unknown>
}

/** The log files from the oldest to the current one: `log.2`, `log.1`, `log`. */
const logFiles = async (path: string): Promise<string[]> => {
  const name = basename(path)
  const rotated = (await readdir(dirname(path)).catch(() => []))
    .filter((entry) => entry.startsWith(`${name}.`) && /^\d+$/.test(entry.slice(name.length + 1)))
    .toSorted((a, b) => Number(b.slice(name.length + 1)) - Number(a.slice(name.length + 1)))
  return [...rotated.map((entry) => join(dirname(path), entry)), path]
}

/** A batch of records, or the mark that all which stood in the log has been given out. */
export type LogBatch = readonly LogRecord[] | 'caught-up'

/** All records, oldest first; with `follow` also those to come, across rotations, until it is no longer live. */
export async function* readLog(path: string, follow?: LogFollow): AsyncGenerator<LogBatch> {
  for (const file of (await logFiles(path)).slice(0, -1)) {
    const handle = await open(file, 'r').catch(() => undefined)
    if (!handle) continue
    try {
      yield* readOnce(handle, { position: 0 })
    } finally {
      await handle.close()
    }
  }
  yield* followFile(path, follow ?? { isLive: () => false })
}

/** Records of the current file from a byte position on. */
export async function* followFile(path: string, follow: LogFollow, from = 0): AsyncGenerator<LogBatch> {
  const cursor = { position: from }
  let handle: FileHandle | undefined
  let caughtUp = false
  const changes = follow.isLive() ? changeSignal(dirname(path), follow) : undefined
  try {
    for (;;) {
      const live = follow.isLive()
      handle ??= await open(path, 'r').catch(() => undefined)
      if (handle) yield* readOnce(handle, cursor)
      if (handle && live && (await isRotated(path, handle))) {
        yield* readOnce(handle, cursor)
        await handle.close()
        handle = undefined
        cursor.position = 0
        continue
      }
      if (!caughtUp) yield 'caught-up'
      caughtUp = true
      if (!live) return
      follow.signal?.throwIfAborted()
      await changes?.next()
    }
  } finally {
    changes?.close()
    await handle?.close()
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

const isRotated = async (path: string, handle: FileHandle): Promise<boolean> => {
  const now = await open(path, 'r').catch(() => undefined)
  if (!now) return false
  try {
    const [a, b] = await Promise.all([now.stat(), handle.stat()])
    return a.ino !== b.ino
  } finally {
    await now.close()
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
