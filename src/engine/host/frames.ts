import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { deferred } from '../../lib/deferred.ts'

/** Frames of monitor.pl: type (1 byte), length (4 bytes, big-endian), payload. */
export const frame = (type: number, payload: Uint8Array = new Uint8Array()): Uint8Array => {
  const bytes = new Uint8Array(5 + payload.length)
  bytes[0] = type
  new DataView(bytes.buffer).setUint32(1, payload.length)
  bytes.set(payload, 5)
  return bytes
}

export interface FrameReader {
  readonly output: AsyncIterable<{ stream: 'stdout' | 'stderr'; data: Uint8Array }>
  /** Settles when the stream ends: the status of frame 3, or 255 when the monitor died before it. */
  readonly exitCode: Promise<number>
}

/** Output frames (1 stdout, 2 stderr) and the exit status (3) of an exec's monitor. */
export const readFrames = (stream: Readable): FrameReader => {
  const exit = deferred<number>()
  async function* output(): AsyncGenerator<{ stream: 'stdout' | 'stderr'; data: Uint8Array }> {
    let code = 255
    try {
      let buffered: Buffer = Buffer.alloc(0)
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
        while (buffered.length >= 5) {
          const size = buffered.readUInt32BE(1)
          if (buffered.length < 5 + size) break
          const data = buffered.subarray(5, 5 + size)
          const type = buffered[0]
          buffered = buffered.subarray(5 + size)
          if (type === 3) code = Number(data.toString('latin1'))
          else yield { stream: type === 1 ? 'stdout' : 'stderr', data }
        }
      }
    } catch (error) {
      if (!isReset(error)) throw error
    } finally {
      exit.resolve(code)
    }
  }
  return { output: output(), exitCode: exit.promise }
}

/** A monitor ends with its process: input that is unread or comes later then meets a socket that is gone. */
const isReset = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')

export interface LineReader {
  /** The next line without its end; undefined at the end of the stream. */
  next(): Promise<string | undefined>
  /** The stream behind the lines read so far. */
  rest(): Readable
}

/** Reads lines from the head of a stream whose rest is binary. */
export const lineReader = (stream: Readable): LineReader => {
  let buffered: Buffer = Buffer.alloc(0)
  return {
    async next() {
      let end = buffered.indexOf(10)
      while (end < 0) {
        const chunk = await readChunk(stream)
        if (!chunk) return undefined
        buffered = Buffer.concat([buffered, chunk])
        end = buffered.indexOf(10)
      }
      const line = buffered.subarray(0, end).toString('utf8')
      buffered = buffered.subarray(end + 1)
      return line
    },
    rest() {
      if (buffered.length > 0) stream.unshift(buffered)
      buffered = Buffer.alloc(0)
      return stream
    },
  }
}

const readChunk = async (stream: Readable): Promise<Buffer | undefined> => {
  for (;;) {
    const chunk = stream.read() as Buffer | null
    if (chunk) return chunk
    if (stream.readableEnded || stream.destroyed) return undefined
    const changed = new AbortController()
    await Promise.race(
      ['readable', 'end', 'close', 'error'].map((name) => once(stream, name, { signal: changed.signal })),
    ).catch(() => undefined)
    changed.abort()
  }
}
