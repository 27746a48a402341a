import { AppError } from '../errors/app-error.ts'

/** Which stream a frame belongs to; `system` carries an error of the engine's own. */
export type FrameStream = 'stdin' | 'stdout' | 'stderr' | 'system'

export interface Frame {
  readonly stream: FrameStream
  readonly data: Uint8Array
}

const STREAMS: readonly FrameStream[] = ['stdin', 'stdout', 'stderr', 'system']
const HEADER = 8
const MAX_PAYLOAD = 64 * 1024 ** 2

/** Content types of streams: with frames, and without (terminals, and everything before API 1.42). */
export const MULTIPLEXED_STREAM = 'application/vnd.docker.multiplexed-stream'
export const RAW_STREAM = 'application/vnd.docker.raw-stream'

/** Header (`[stream, 0, 0, 0, uint32be length]`) and payload in one buffer, to be written at once. */
export const encodeFrame = (frame: Frame): Buffer => {
  const buffer = Buffer.allocUnsafe(HEADER + frame.data.length)
  buffer.writeUInt32BE(STREAMS.indexOf(frame.stream) * 0x100_0000, 0)
  buffer.writeUInt32BE(frame.data.length, 4)
  buffer.set(frame.data, HEADER)
  return buffer
}

/**
 * Frames of a byte stream, whatever pieces it comes in.
 * @throws E_API_FAILED when the bytes are no frames, or end within one
 */
export async function* decodeFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let pending: Buffer = Buffer.alloc(0)
  for await (const piece of bytes) {
    pending = pending.length === 0 ? Buffer.from(piece) : Buffer.concat([pending, piece])
    for (let size = frameSize(pending); pending.length >= size; size = frameSize(pending)) {
      yield { stream: streamOf(pending), data: pending.subarray(HEADER, size) }
      pending = pending.subarray(size)
    }
  }
  if (pending.length > 0) throw malformed('the stream ends within a frame')
}

/** Bytes of the frame at the start of the buffer; a whole header's when there is less. */
const frameSize = (buffer: Buffer): number => {
  if (buffer.length < HEADER) return HEADER
  streamOf(buffer)
  const length = buffer.readUInt32BE(4)
  if (length > MAX_PAYLOAD) throw malformed(`a frame of ${length} bytes is announced`)
  return HEADER + length
}

const streamOf = (buffer: Buffer): FrameStream => {
  const stream = STREAMS[buffer.readUInt8(0)]
  if (stream === undefined || buffer.readUIntBE(1, 3) !== 0) throw malformed('no frame header where one must be')
  return stream
}

const malformed = (why: string): AppError =>
  new AppError('E_API_FAILED', `Cannot read a multiplexed stream: ${why}`, {
    hint: 'The engine, or something between it and this program, does not speak the Docker Engine API',
    httpStatus: 502,
  })
