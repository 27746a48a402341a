import type { CallOptions, Filters } from '../port/common.ts'
import type { EngineEvent, EventsPort } from '../port/system.ts'
import { AppError } from '../errors/app-error.ts'

const KEEP = 256
/** What setTimeout can wait for. */
const MAX_TIMER_MS = 2 ** 31 - 1

export type NewEvent = Pick<EngineEvent, 'Type' | 'Action' | 'Actor'>

/** All events of the engine: the last 256 are kept for those who ask since when. */
export class EventLog implements EventsPort {
  readonly #kept: EngineEvent[] = []
  readonly #listeners = new Set<(event: EngineEvent) => void>()

  emit({ Type, Action, Actor }: NewEvent): void {
    const now = Date.now()
    const event: EngineEvent = {
      ...(Type === 'container' ? { status: Action, id: Actor.ID, from: Actor.Attributes['image'] ?? '' } : {}),
      Type,
      Action,
      Actor,
      scope: 'local',
      time: Math.floor(now / 1000),
      timeNano: now * 1e6,
    }
    this.#kept.push(event)
    if (this.#kept.length > KEEP) this.#kept.shift()
    for (const listener of this.#listeners) listener(event)
  }

  subscribe(
    query: { since?: number; until?: number; filters?: Filters } & CallOptions = {},
  ): AsyncIterable<EngineEvent> {
    const { since, until, filters = {}, signal } = query
    for (const key of Object.keys(filters)) {
      if (!(key in FILTERS)) throw new AppError('E_API_BAD_REQUEST', `invalid filter '${key}'`)
    }
    const passes = (event: EngineEvent): boolean =>
      Object.entries(filters).every(([key, values]) => FILTERS[key]?.(event, values) ?? false)
    const queue = since === undefined ? [] : this.#kept.filter((event) => seconds(event) >= since && passes(event))
    let wake: (() => void) | undefined
    const listener = (event: EngineEvent): void => {
      if (!passes(event)) return
      queue.push(event)
      wake?.()
    }
    const listeners = this.#listeners
    listeners.add(listener)
    const onAbort = (): void => {
      listeners.delete(listener)
      wake?.()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    async function* events(): AsyncGenerator<EngineEvent> {
      const untilMs = until === undefined ? Number.POSITIVE_INFINITY : until * 1000 - Date.now()
      let isOver = untilMs <= 0
      const end = (): void => {
        isOver = true
        wake?.()
      }
      const timer = untilMs > MAX_TIMER_MS ? undefined : setTimeout(end, untilMs)
      try {
        for (;;) {
          for (let event = queue.shift(); event; event = queue.shift()) {
            if (until !== undefined && seconds(event) > until) return
            yield event
          }
          signal?.throwIfAborted()
          if (isOver) return
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        clearTimeout(timer)
        listeners.delete(listener)
        signal?.removeEventListener('abort', onAbort)
      }
    }
    return events()
  }
}

const seconds = ({ timeNano }: EngineEvent): number => timeNano / 1e9

type Test = (event: EngineEvent, values: readonly string[]) => boolean

const actor =
  (type: EngineEvent['Type']): Test =>
  ({ Type, Actor }, values) =>
    Type === type && values.some((value) => Actor.ID.startsWith(value) || Actor.Attributes['name'] === value)

const FILTERS: Readonly<Record<string, Test>> = {
  container: actor('container'),
  network: actor('network'),
  volume: actor('volume'),
  image: ({ Type, Actor }, values) =>
    values.some((value) =>
      Type === 'image' ? Actor.ID === value || Actor.Attributes['name'] === value : Actor.Attributes['image'] === value,
    ),
  type: ({ Type }, values) => values.includes(Type),
  event: ({ Action }, values) => values.some((value) => Action === value || Action.startsWith(`${value}: `)),
  label: ({ Actor }, values) =>
    values.every((value) => {
      const equals = value.indexOf('=')
      if (equals < 0) return value in Actor.Attributes
      return Actor.Attributes[value.slice(0, equals)] === value.slice(equals + 1)
    }),
  scope: (_, values) => values.includes('local'),
  daemon: ({ Type }) => Type === 'daemon',
}
