import type { StreamChunk } from '../../port/common.ts'
import type { ContainersPort, LogOptions } from '../../port/containers.ts'

export interface LogLine {
  readonly stream: StreamChunk['stream']
  /** RFC 3339 with nanoseconds, as the engine wrote it; '' when it gave none. */
  readonly time: string
  /** Without the line break. */
  readonly text: Uint8Array
}

const NEWLINE = 10
const SPACE = 32
/** Room of `2026-11-24T10:40:49.268400568+02:00`. */
const TIME_LENGTH = 40

/**
 * The lines of a container's log, as many at a time as have come. A last line without line break is given out when the
 * log ends.
 */
export async function* logLines(
  containers: Pick<ContainersPort, 'logs'>,
  containerId: string,
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const { chunks } = await containers.logs(containerId, { stdout: true, stderr: true, ...options, timestamps: true })
  const rest: Record<StreamChunk['stream'], Uint8Array> = { stdout: new Uint8Array(), stderr: new Uint8Array() }
  for await (const { stream, data } of chunks) {
    const bytes = rest[stream].length === 0 ? data : Buffer.concat([rest[stream], data])
    const lines: LogLine[] = []
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(toLine(stream, bytes.subarray(start, end)))
      start = end + 1
    }
    rest[stream] = bytes.subarray(start)
    if (lines.length > 0) yield lines
  }
  const last = (['stdout', 'stderr'] as const).filter((stream) => rest[stream].length > 0)
  if (last.length > 0) yield last.map((stream) => toLine(stream, rest[stream]))
}

const toLine = (stream: StreamChunk['stream'], bytes: Uint8Array): LogLine => {
  const space = bytes.subarray(0, TIME_LENGTH).indexOf(SPACE)
  const time = space < 0 ? '' : Buffer.from(bytes.subarray(0, space)).toString('latin1')
  if (!/^\d{4}-\d\d-\d\dT/.test(time)) return { stream, time: '', text: bytes }
  return { stream, time, text: bytes.subarray(space + 1) }
}

/** Sorts as time does: fractions are filled up with zeros, since engines cut them short. */
export const timeKey = (time: string): string => {
  const [, seconds = time, fraction = ''] = /^(.*?)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/.exec(time) ?? []
  return `${seconds}.${fraction.padEnd(9, '0')}`
}
