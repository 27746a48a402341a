import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '../errors/app-error.ts'
import type { EnginePort } from '../port/engine-port.ts'
import {
  type ApiVersion,
  MAX_API_VERSION,
  MIN_API_VERSION,
  compareApiVersions,
  parseApiVersion,
  printApiVersion,
} from '../spec/api-version.ts'
import { badRequest } from './bad-request.ts'
import { writeError } from './error-answer.ts'
import { parseQuery } from './query.ts'
import { parsedBody, upgradeBody } from './request-body.ts'
import { matcher } from './route.ts'
import { routes } from './routes.ts'
import { writeAnswer } from './write-answer.ts'

export interface DispatchOptions {
  readonly engine: EnginePort
  /** Of the engine, for the `Server` header. */
  readonly version: string
  /** Told of every failure that is no `AppError`: a bug, which the client sees as a 500. */
  readonly onBug: (error: unknown) => void
}

export interface DispatchRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly upgrade: boolean
  readonly signal: AbortSignal
}

/** Answers one request from first to last byte; never rejects. */
export type Dispatch = (incoming: DispatchRequest) => Promise<void>

const match = matcher(routes)

export const dispatcher =
  (options: DispatchOptions): Dispatch =>
  async (incoming) => {
    const { response, signal } = incoming
    for (const [name, value] of Object.entries(commonHeaders(options.version))) response.setHeader(name, value)
    try {
      await answer(options.engine, incoming)
    } catch (error) {
      if (!(error instanceof AppError) && !signal.aborted) options.onBug(error)
      fail(incoming, error)
    }
  }

const commonHeaders = (version: string): Readonly<Record<string, string>> => ({
  'Api-Version': printApiVersion(MAX_API_VERSION),
  'Docker-Experimental': 'false',
  Ostype: 'linux',
  Server: `Docker/${version} (linux)`,
})

const answer = async (engine: EnginePort, incoming: DispatchRequest): Promise<void> => {
  const { request, response, upgrade, signal } = incoming
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const { apiVersion, path } = splitVersion(mark < 0 ? target : target.slice(0, mark))
  const found = match(request.method ?? 'GET', path)
  if (!found) throw new AppError('E_API_NO_ROUTE', 'page not found')
  const result = await found.handler({
    engine,
    apiVersion,
    params: found.params,
    query: parseQuery(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: upgrade ? upgradeBody(request, request.socket) : parsedBody(request),
    upgrade,
    signal,
  })
  await writeAnswer(result, { request, response, apiVersion, upgrade })
}

/** @throws E_API_BAD_REQUEST in Docker's words when the version is outside of what is spoken here */
const splitVersion = (path: string): { apiVersion: ApiVersion; path: string } => {
  const match = /^\/v(\d+\.\d+)(\/.*)$/.exec(path)
  const apiVersion = parseApiVersion(match?.[1] ?? '')
  if (!match || !apiVersion) return { apiVersion: MAX_API_VERSION, path }
  const version = printApiVersion(apiVersion)
  if (compareApiVersions(apiVersion, MAX_API_VERSION) > 0) {
    const maximum = printApiVersion(MAX_API_VERSION)
    throw badRequest(`client version ${version} is too new. Maximum supported API version is ${maximum}`)
  }
  if (compareApiVersions(apiVersion, MIN_API_VERSION) < 0) {
    const minimum = printApiVersion(MIN_API_VERSION)
    throw badRequest(
      `client version ${version} is too old. Minimum supported API version is ${minimum}, ` +
        'please upgrade your client to a newer version',
    )
  }
  return { apiVersion, path: match[2] ?? '/' }
}

/** Once the head is out there is no other way left to tell than to break the connection off. */
const fail = ({ response, request }: DispatchRequest, error: unknown): void => {
  if (response.headersSent || response.destroyed || response.socket === null) request.socket.destroy()
  else writeError(response, error)
}
