import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_BODY_BYTES, badRequest, bodyTooLarge } from './bad-request.ts'

interface Taken {
  readonly body: Buffer
  /** Where in the buffer the body's encoding ends. */
  readonly end: number
}

/**
 * Reads a request's body off its socket, by Content-Length or chunks, and puts back what comes after it.
 * @throws E_API_BAD_REQUEST when the connection ends first, the chunks are malformed, or it is over 16 MiB
 */
export const readRawBody = (request: IncomingMessage, socket: Duplex): Promise<Buffer> => {
  const take = taker(request)
  return new Promise((resolve, reject) => {
    let buffer: Buffer = Buffer.alloc(0)
    const settle = (act: () => void): void => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).pause()
      act()
    }
    const step = (): void => {
      try {
        const taken = take(buffer)
        if (taken === undefined && buffer.length > MAX_BODY_BYTES) throw bodyTooLarge()
        if (taken === undefined) return
        settle(() => {
          if (taken.end < buffer.length) socket.unshift(buffer.subarray(taken.end))
          resolve(taken.body)
        })
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const onData = (data: Buffer): void => {
      buffer = Buffer.concat([buffer, data])
      step()
    }
    const onEnd = (): void => settle(() => reject(badRequest('request body ends early')))
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).pause()
    step()
    if (socket.listeners('data').includes(onData)) socket.resume()
  })
}

const taker = (request: IncomingMessage): ((buffer: Buffer) => Taken | undefined) => {
  if (request.headers['transfer-encoding']?.toLowerCase().includes('chunked')) return takeChunks
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > MAX_BODY_BYTES) throw bodyTooLarge()
  return (buffer) => (buffer.length < length ? undefined : { body: buffer.subarray(0, length), end: length })
}

/** RFC 9112 §7.1, trailers dropped. */
const takeChunks = (buffer: Buffer): Taken | undefined => {
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = buffer.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const text = buffer.toString('latin1', at, lineEnd).split(';')[0]?.trim() ?? ''
    if (!/^[0-9a-f]{1,8}$/i.test(text)) throw badRequest('request body has a malformed chunk')
    const start = lineEnd + 2
    const size = Number.parseInt(text, 16)
    if (size === 0) {
      const end = trailerEnd(buffer, start)
      return end === undefined ? undefined : { body: Buffer.concat(pieces), end }
    }
    if (buffer.length < start + size + 2) return undefined
    pieces.push(buffer.subarray(start, start + size))
    at = start + size + 2
  }
}

const trailerEnd = (buffer: Buffer, from: number): number | undefined => {
  for (let at = from; ;) {
    const lineEnd = buffer.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    if (lineEnd === at) return lineEnd + 2
    at = lineEnd + 2
  }
}
