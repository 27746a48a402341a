import type { IncomingHttpHeaders } from 'node:http'
import type { EnginePort } from '../port/engine-port.ts'
import type { ApiVersion } from '../spec/api-version.ts'
import type { Answer } from './answer.ts'
import type { Query } from './query.ts'
import type { RequestBody } from './request-body.ts'

/** One request, as a handler sees it. */
export interface Exchange {
  readonly engine: EnginePort
  /** The version that the path names; the newest when it names none. */
  readonly apiVersion: ApiVersion
  /** Parts of the path, decoded, by their name in the pattern. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  readonly body: RequestBody
  /** The client asked to take the connection over (`Upgrade:`). */
  readonly upgrade: boolean
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>
