import { filterMatches } from './filter-matches.ts'
import type { EngineEvent, EventsPort } from '../../../src/port/system.ts'
import { type Channel, channel } from '../channel.ts'

export interface EventLog extends EventsPort {
  emit(type: EngineEvent['Type'], action: string, id: string, attributes?: Record<string, string>): void
}

/** Keeps every event, for `since`, and hands new ones to whoever subscribed. */
export const eventLog = (): EventLog => {
  const past: EngineEvent[] = []
  const readers = new Set<Channel<EngineEvent>>()
  return {
    emit: (type, action, id, attributes = {}) => {
      const timeNano = Date.now() * 1e6
      const event: EngineEvent = {
        Type: type,
        Action: action,
        Actor: { ID: id, Attributes: attributes },
        scope: 'local',
        time: Math.floor(timeNano / 1e9),
        timeNano,
      }
      past.push(event)
      for (const reader of readers) reader.push(event)
    },
    async *subscribe({ since, until, filters, signal } = {}) {
      const reader = channel<EngineEvent>()
      if (since !== undefined) for (const event of past) if (event.timeNano >= since * 1e9) reader.push(event)
      readers.add(reader)
      const timer =
        until === undefined ? undefined : setTimeout(() => reader.close(), Math.max(0, until * 1000 - Date.now()))
      const onAbort = (): void => reader.close()
      signal?.addEventListener('abort', onAbort)
      try {
        for await (const event of reader) if (matches(event, filters)) yield event
        signal?.throwIfAborted()
      } finally {
        readers.delete(reader)
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}

const matches = (event: EngineEvent, filters: Parameters<typeof filterMatches>[0]): boolean =>
  filterMatches(filters, {
    type: (value) => event.Type === value,
    event: (value) => event.Action.startsWith(value),
    container: (value) => event.Actor.ID.startsWith(value) || event.Actor.Attributes['name'] === value,
    label: (value) => {
      const [key = '', wanted] = value.split('=')
      return wanted === undefined ? key in event.Actor.Attributes : event.Actor.Attributes[key] === wanted
    },
  })
