import type { IncomingMessage } from 'node:http'
import { orAborted } from '../lib/wait.ts'
import {
  type ApiVersion,
  MAX_API_VERSION,
  compareApiVersions,
  parseApiVersion,
  printApiVersion,
} from '../spec/api-version.ts'
import { callError } from './connection-error.ts'
import { type Hijacked, type HttpCall, type HttpClient, readText } from './http-client.ts'
import { jsonLines } from './json-lines.ts'

/** Calls of the Engine API; paths are without a version, which is agreed on with the engine at the first call. */
export interface EngineClient {
  ping(signal?: AbortSignal): Promise<{ apiVersion: string; osType: string }>
  /** The version that both sides speak. */
  apiVersion(signal?: AbortSignal): Promise<ApiVersion>
  json<T>(call: HttpCall): Promise<T>
  /** For answers without body: the status. */
  status(call: HttpCall): Promise<number>
  lines<T>(call: HttpCall): AsyncGenerator<T>
  /** Resolves when the head of the answer is there. */
  bytes(call: HttpCall): Promise<{ contentType: string; bytes: AsyncIterable<Uint8Array> }>
  hijack(call: HttpCall): Promise<Hijacked>
  /** The bytes of a hijacked connection or an answer, with failures told as those of a call. */
  read(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array>
}

export const engineClient = (http: HttpClient): EngineClient => {
  let agreed: Promise<ApiVersion> | undefined
  const ping: EngineClient['ping'] = async (signal) => {
    const response = await http.send({ method: 'GET', path: '/_ping', ...(signal ? { signal } : {}) })
    response.resume()
    return { apiVersion: header(response, 'api-version') ?? '1.24', osType: header(response, 'ostype') ?? 'linux' }
  }
  const negotiate = async (): Promise<ApiVersion> => {
    const theirs = parseApiVersion((await ping()).apiVersion) ?? MAX_API_VERSION
    return compareApiVersions(theirs, MAX_API_VERSION) < 0 ? theirs : MAX_API_VERSION
  }
  const apiVersion: EngineClient['apiVersion'] = async (signal) => {
    agreed ??= negotiate().catch((error: unknown) => {
      agreed = undefined
      throw error
    })
    return orAborted(agreed, signal)
  }
  const versioned = async (call: HttpCall): Promise<HttpCall> => ({
    ...call,
    path: `/v${printApiVersion(await apiVersion(call.signal))}${call.path}`,
  })
  const send = async (call: HttpCall): Promise<IncomingMessage> => http.send(await versioned(call))
  const text = async (call: HttpCall): Promise<{ response: IncomingMessage; body: string }> => {
    const response = await send(call)
    try {
      return { response, body: await readText(response) }
    } catch (error) {
      throw callError(http.address, error, call.signal)
    }
  }
  async function* read(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* source
    } catch (error) {
      throw callError(http.address, error, signal)
    }
  }
  return {
    ping,
    apiVersion,
    read,
    json: async <T>(call: HttpCall) => JSON.parse((await text(call)).body) as T,
    status: async (call) => (await text(call)).response.statusCode ?? 0,
    async *lines<T>(call: HttpCall) {
      const response = await send(call)
      try {
        yield* jsonLines<T>(read(response, call.signal))
      } finally {
        response.destroy()
      }
    },
    bytes: async (call) => {
      const response = await send(call)
      return { contentType: header(response, 'content-type') ?? '', bytes: read(response, call.signal) }
    },
    hijack: async (call) => http.hijack(await versioned(call)),
  }
}

const header = (response: IncomingMessage, name: string): string | undefined => {
  const value = response.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
