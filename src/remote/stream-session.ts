import { AppError, messageOf } from '../errors/app-error.ts'
import type { StreamChunk, StreamSession } from '../port/common.ts'
import { decodeFrames } from '../spec/stream-frame.ts'
import type { EngineClient } from './engine-client.ts'
import type { Hijacked } from './http-client.ts'

export interface SessionOptions {
  readonly tty: boolean
  readonly signal?: AbortSignal
}

/** The process behind a hijacked connection. */
export const streamSession = (client: EngineClient, wire: Hijacked, options: SessionOptions): StreamSession => {
  const { socket } = wire
  let closed = false
  const output = async function* (): AsyncGenerator<StreamChunk> {
    try {
      yield* streamChunks(client.read(wire.output, options.signal), options.tty)
    } catch (error) {
      if (!closed) throw error
    } finally {
      socket.destroy()
    }
  }
  return {
    tty: options.tty,
    output: output(),
    write: (data) =>
      new Promise((resolve, reject) => {
        socket.write(data, (error) => {
          if (error) reject(inputError(error))
          else resolve()
        })
      }),
    end: () =>
      new Promise((resolve) => {
        if (socket.writableEnded || socket.destroyed) resolve()
        else socket.end(resolve)
      }),
    close: () => {
      closed = true
      socket.destroy()
    },
  }
}

/** @throws E_API_FAILED when a frame tells of an error of the engine's own */
export async function* streamChunks(bytes: AsyncIterable<Uint8Array>, tty: boolean): AsyncGenerator<StreamChunk> {
  if (tty) {
    for await (const data of bytes) yield { stream: 'stdout', data }
    return
  }
  for await (const { stream, data } of decodeFrames(bytes)) {
    if (stream === 'system') throw new AppError('E_API_FAILED', Buffer.from(data).toString('utf8').trim())
    if (stream !== 'stdin') yield { stream, data }
  }
}

const inputError = (cause: Error): AppError =>
  new AppError('E_API_FAILED', `Cannot send standard input: ${messageOf(cause)}`, {
    cause,
    hint: 'The process or its engine has ended',
  })
