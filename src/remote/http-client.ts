import { Agent, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { defined } from '../lib/defined.ts'
import { UploadError, callError, errorCode } from './connection-error.ts'
import type { EngineAddress } from './engine-address.ts'
import { type QueryValue, queryString } from './query-string.ts'
import { responseError } from './response-error.ts'

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Encoded, with the version. */
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as tar, in chunks. */
  readonly archive?: AsyncIterable<Uint8Array>
  /** Aborting destroys the connection, also while the answer is read. */
  readonly signal?: AbortSignal
}

/** A connection that became a pair of streams. */
export interface Hijacked {
  readonly contentType: string
  readonly socket: Socket
  /** Where output is read: the socket, or the body of an engine that did not upgrade. */
  readonly output: Readable
}

/**
 * HTTP to one engine, connections kept alive.
 * Failures of the connection are E_API_UNREACHABLE, answers of 400 and above what `responseError` makes of them.
 */
export interface HttpClient {
  readonly address: EngineAddress
  send(call: HttpCall): Promise<IncomingMessage>
  hijack(call: HttpCall): Promise<Hijacked>
  close(): void
}

export const httpClient = (address: EngineAddress): HttpClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 8 })
  const target: RequestOptions =
    address.kind === 'unix'
      ? { socketPath: address.path, host: 'localhost' }
      : { host: address.host, port: address.port }
  const hijacked = new Set<Socket>()
  const exchange = (call: HttpCall, extra: RequestOptions, sent?: (reused: boolean) => void): Promise<Reply> =>
    roundTrip(call, { ...target, ...extra }, (reused) => sent?.(reused))
  const sendOnce = async (call: HttpCall): Promise<IncomingMessage> => {
    let reused = false
    try {
      return (await exchange(call, { agent }, (was) => (reused = was))).response
    } catch (error) {
      // The engine closed an idle connection just as it was used again: nothing was done, so it is asked once more.
      if (call.method !== 'GET' || !reused || errorCode(error) !== 'ECONNRESET') throw error
      return (await exchange(call, { agent })).response
    }
  }
  const guard = async <T>(call: HttpCall, work: () => Promise<T>): Promise<T> => {
    call.signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      throw callError(address, error, call.signal)
    }
  }
  return {
    address,
    send: (call) =>
      guard(call, async () => {
        const response = await sendOnce(call)
        await refuse(response)
        return response
      }),
    hijack: (call) =>
      guard(call, async () => {
        const headers = { ...call.headers, Connection: 'Upgrade', Upgrade: 'tcp' }
        const { response, upgraded } = await exchange({ ...call, headers }, { agent: false })
        await refuse(response)
        const socket = upgraded ?? response.socket
        const onAbort = (): void => void socket.destroy()
        call.signal?.addEventListener('abort', onAbort, { once: true })
        hijacked.add(socket)
        socket
          .on('error', () => undefined)
          .once('close', () => {
            hijacked.delete(socket)
            call.signal?.removeEventListener('abort', onAbort)
          })
        return { contentType: response.headers['content-type'] ?? '', socket, output: upgraded ?? response }
      }),
    close: () => {
      agent.destroy()
      for (const socket of hijacked) socket.destroy()
    },
  }
}

interface Reply {
  readonly response: IncomingMessage
  readonly upgraded?: Socket
}

const roundTrip = (call: HttpCall, target: RequestOptions, sent: (reused: boolean) => void): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const json = call.json === undefined ? undefined : Buffer.from(JSON.stringify(call.json))
    const headers = {
      ...defined({
        'Content-Type': json ? 'application/json' : call.archive && 'application/x-tar',
        'Content-Length': json?.length ?? (call.archive || call.method === 'GET' ? undefined : 0),
      }),
      ...call.headers,
    }
    const request = httpRequest({
      ...target,
      method: call.method,
      path: call.path + queryString(call.query ?? {}),
      headers,
    })
    const onAbort = (): void => {
      request.destroy(call.signal?.reason instanceof Error ? call.signal.reason : new Error('aborted'))
    }
    call.signal?.addEventListener('abort', onAbort, { once: true })
    request.once('close', () => call.signal?.removeEventListener('abort', onAbort))
    request.on('error', (error) => {
      sent(request.reusedSocket)
      reject(error)
    })
    request.on('response', (response) => resolve({ response }))
    request.on('upgrade', (response, socket: Socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve({ response, upgraded: socket })
    })
    if (call.archive) upload(call.archive, request, reject)
    else request.end(json)
  })

/** An engine may refuse before it has read everything: then the answer counts, not the broken upload. */
const upload = (
  archive: AsyncIterable<Uint8Array>,
  request: ReturnType<typeof httpRequest>,
  reject: (error: unknown) => void,
): void => {
  const source = Readable.from(archive, { objectMode: false })
  source.on('error', (error) => {
    reject(new UploadError(error))
    request.destroy()
  })
  request.once('close', () => source.destroy())
  source.pipe(request)
}

const refuse = async (response: IncomingMessage): Promise<void> => {
  const status = response.statusCode ?? 0
  if (status >= 400) throw responseError(status, await readText(response))
}

/** The whole body as text. */
export const readText = async (response: IncomingMessage): Promise<string> => {
  const pieces: Uint8Array[] = []
  for await (const piece of response) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
