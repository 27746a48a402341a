import type { StreamChunk } from '../../port/common.ts'
import type { LogOptions } from '../../port/containers.ts'
import { type LogRecord, logBytes, logSeconds } from './log-line.ts'
import type { LogBatch } from './log-reader.ts'

export type LogSelection = Pick<LogOptions, 'stdout' | 'stderr' | 'timestamps' | 'tail' | 'since' | 'until'>

/** What `logs` gives out of a log: streams, times and tail chosen; neighbours of one stream in one chunk. */
export async function* logChunks(
  source: AsyncIterable<LogBatch>,
  selection: LogSelection,
): AsyncGenerator<StreamChunk> {
  const { tail = 'all', timestamps = false, until = Number.POSITIVE_INFINITY } = selection
  const join = timestamps ? stampedChunks() : chunks
  let held: LogRecord[] | undefined = tail === 'all' ? undefined : []
  for await (const batch of source) {
    if (batch === 'caught-up') {
      if (held) yield* join(lastLines(held, Number(tail)))
      held = undefined
      continue
    }
    const wanted = batch.filter((record) => isWanted(record, selection))
    if (held) {
      held.push(...wanted)
      if (held.length > 2 * Number(tail) + 10_000) held = lastLines(held, Number(tail))
    } else {
      yield* join(wanted)
    }
    const last = batch.at(-1)
    if (last && logSeconds(last) > until) break
  }
  if (held) yield* join(lastLines(held, Number(tail)))
}

const isWanted = (record: LogRecord, { stdout = true, stderr = true, since, until }: LogSelection): boolean => {
  if (record.stream === 'stdout' ? !stdout : !stderr) return false
  if (since === undefined && until === undefined) return true
  const seconds = logSeconds(record)
  return seconds >= (since ?? 0) && seconds <= (until ?? Number.POSITIVE_INFINITY)
}

/** The records of the last `count` lines; pieces of one line count once. */
const lastLines = (records: readonly LogRecord[], count: number): LogRecord[] => {
  let from = records.length
  let lines = 0
  while (from > 0) {
    if (records[from - 1]?.ended || from === records.length) lines += 1
    if (lines > count) break
    from -= 1
  }
  return records.slice(from)
}

function* chunks(records: readonly LogRecord[]): Generator<StreamChunk> {
  let parts: Buffer[] = []
  let stream: StreamChunk['stream'] = 'stdout'
  for (const record of records) {
    if (record.stream !== stream && parts.length > 0) {
      yield { stream, data: Buffer.concat(parts) }
      parts = []
    }
    stream = record.stream
    parts.push(logBytes(record))
  }
  if (parts.length > 0) yield { stream, data: Buffer.concat(parts) }
}

/** A chunk for each record, the time before the first piece of each line. */
const stampedChunks = (): ((records: readonly LogRecord[]) => Generator<StreamChunk>) => {
  const inLine = { stdout: false, stderr: false }
  return function* (records) {
    for (const record of records) {
      const { stream, ended, time } = record
      const data = inLine[stream] ? logBytes(record) : Buffer.concat([Buffer.from(`${time} `), logBytes(record)])
      inLine[stream] = !ended
      yield { stream, data }
    }
  }
}
