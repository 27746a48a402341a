import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { messageOf } from '../errors/app-error.ts'
import { MAX_BODY_BYTES, badRequest, bodyTooLarge } from './bad-request.ts'
import { readRawBody } from './raw-body.ts'
import { type FieldsOf, readShape } from './read-shape.ts'

export interface RequestBody {
  /** Whatever was sent, as it comes in. */
  readonly bytes: AsyncIterable<Uint8Array>
  /**
   * A JSON object of this shape; `{}` when the body is empty.
   * @throws E_API_BAD_REQUEST for another media type, more than 16 MiB, no JSON, or a field of a wrong type
   */
  json<T>(shape: FieldsOf<T>): Promise<T>
}

/** The body of an ordinary request. */
export const parsedBody = (request: IncomingMessage): RequestBody => ({
  bytes: request,
  json: async (shape) => readJson(request, await collect(request), shape),
})

/**
 * The body of a request to upgrade. Node hands such a connection over before it reads the body, so that the bytes
 * have to be taken off the socket here; what follows them is the process's standard input and stays there.
 */
export const upgradeBody = (request: IncomingMessage, socket: Duplex): RequestBody => ({
  bytes: {
    async *[Symbol.asyncIterator]() {
      yield await readRawBody(request, socket)
    },
  },
  json: async (shape) => readJson(request, await readRawBody(request, socket), shape),
})

const collect = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > MAX_BODY_BYTES) throw bodyTooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const readJson = <T>(request: IncomingMessage, body: Buffer, shape: FieldsOf<T>): T => {
  if (body.length === 0) return readShape({}, shape)
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw badRequest(`unsupported media type "${type ?? ''}": must be application/json`)
  }
  return readShape(parse(body), shape)
}

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw badRequest(`invalid JSON: ${messageOf(error)}`)
  }
}
