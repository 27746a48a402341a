import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiVersion } from '../spec/api-version.ts'
import { encodeFrame } from '../spec/stream-frame.ts'
import type { Answer } from './answer.ts'
import { errorBody, writeJson } from './error-answer.ts'
import { writeSession } from './write-session.ts'
import { streamType } from './stream-type.ts'
import { writeBackPressured } from './write-back-pressured.ts'

export interface Wire {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly apiVersion: ApiVersion
  readonly upgrade: boolean
}

type Writers = { readonly [K in Answer['kind']]: (answer: Extract<Answer, { kind: K }>, wire: Wire) => Promise<void> }

/** How much may wait for a client of the event stream that does not read before it is dropped. */
const EVENT_BACKLOG = 1024 ** 2

export const writeAnswer = (answer: Answer, wire: Wire): Promise<void> => {
  const write = writers[answer.kind] as (answer: Answer, wire: Wire) => Promise<void>
  return write(answer, wire)
}

const writers: Writers = {
  json: async (answer, { response }) => writeJson(response, answer.status, answer.body),
  empty: async (answer, { response }) => {
    response.writeHead(answer.status, answer.status === 200 ? { 'Content-Length': 0 } : {}).end()
  },
  text: async (answer, { response, request }) => {
    response.writeHead(200, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  },
  later: async (answer, { response }) => {
    flushHead(response, 'application/json')
    response.end(`${JSON.stringify(await answer.body)}\n`)
  },
  progress: async (answer, { response }) => {
    const iterator = answer.messages[Symbol.asyncIterator]()
    let next = await iterator.next()
    flushHead(response, 'application/json')
    try {
      while (!next.done) {
        if (!(await writeBackPressured(response, `${JSON.stringify(next.value)}\r\n`))) return
        next = await iterator.next()
      }
    } catch (error) {
      const { message, hint } = errorBody(error)
      const last = { errorDetail: { message, hint }, error: message }
      await writeBackPressured(response, `${JSON.stringify(last)}\r\n`)
    } finally {
      await iterator.return?.()
    }
    response.end()
  },
  events: async (answer, { response }) => {
    const iterator = answer.events[Symbol.asyncIterator]()
    // Asked for before the headers go out: a client that has them misses nothing.
    let pending = iterator.next()
    flushHead(response, 'application/json')
    try {
      for (let next = await pending; !next.done && !response.destroyed; next = await pending) {
        response.write(`${JSON.stringify(next.value)}\n`)
        if (response.writableLength > EVENT_BACKLOG) {
          response.write(`${JSON.stringify(overflow())}\n`)
          break
        }
        pending = iterator.next()
      }
    } finally {
      await iterator.return?.()
    }
    response.end()
  },
  output: async (answer, { response, apiVersion }) => {
    flushHead(response, streamType(apiVersion, answer.tty))
    for await (const chunk of answer.chunks) {
      if (!(await writeBackPressured(response, answer.tty ? chunk.data : encodeFrame(chunk)))) return
    }
    response.end()
  },
  session: (answer, wire) => writeSession(answer.session, wire),
}

const flushHead = (response: ServerResponse, contentType: string): void => {
  response.writeHead(200, { 'Content-Type': contentType })
  response.flushHeaders()
}

/** The last line for a client of the event stream that is dropped because it does not read. */
const overflow = (): unknown => {
  const now = Date.now()
  const Attributes = { reason: `more than ${EVENT_BACKLOG} bytes of events were waiting to be read` }
  const Actor = { ID: '', Attributes }
  return {
    Type: 'daemon',
    Action: 'overflow',
    Actor,
    scope: 'local',
    time: Math.floor(now / 1000),
    timeNano: now * 1e6,
  }
}
