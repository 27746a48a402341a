import type { ProgressMessage, StreamChunk, StreamSession } from '../port/common.ts'
import type { EngineEvent } from '../port/system.ts'

/** What a handler gives back; `write-answer.ts` puts it on the wire. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'text'; readonly body: string; readonly headers: Readonly<Record<string, string>> }
  /** Status and headers go out now, the JSON when it is there; the promise must not reject. */
  | { readonly kind: 'later'; readonly body: Promise<unknown> }
  /** jsonmessage lines: a failure before the first one has a status of its own, a later one is told in-band. */
  | { readonly kind: 'progress'; readonly messages: AsyncIterable<ProgressMessage> }
  | { readonly kind: 'events'; readonly events: AsyncIterable<EngineEvent> }
  | { readonly kind: 'output'; readonly chunks: AsyncIterable<StreamChunk>; readonly tty: boolean }
  /** The connection becomes the process's streams. */
  | { readonly kind: 'session'; readonly session: StreamSession }

export const ok = (body: unknown): Answer => ({ kind: 'json', status: 200, body })
export const created = (body: unknown): Answer => ({ kind: 'json', status: 201, body })
export const noContent: Answer = { kind: 'empty', status: 204 }
export const notModified: Answer = { kind: 'empty', status: 304 }
