import { LABEL } from '../plan/labels.ts'
import type { EngineEvent, EventsPort } from '../port/system.ts'

type Listener = (event: EngineEvent) => void

/**
 * One subscription to a project's container events for all waits of a run; opened by the first listener, closed by
 * `close`. `isLive` is false when the engine gives no events: then waits look more often.
 */
export class EventHub {
  readonly #events: EventsPort
  readonly #project: string
  readonly #listeners = new Set<Listener>()
  readonly #controller = new AbortController()
  /** Events from before the subscription stood are replayed from here. */
  readonly #since = Date.now() / 1000
  #open = false
  #live = false

  constructor(events: EventsPort, project: string) {
    this.#events = events
    this.#project = project
  }

  get isLive(): boolean {
    return this.#live
  }

  /** Answers how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    if (!this.#open) {
      this.#open = true
      this.#live = true
      void this.#pump()
    }
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#controller.abort()
  }

  async #pump(): Promise<void> {
    try {
      const filters = { type: ['container'], label: [`${LABEL.project}=${this.#project}`] }
      const { signal } = this.#controller
      for await (const event of this.#events.subscribe({ since: this.#since, filters, signal })) {
        for (const listener of this.#listeners) listener(event)
      }
    } catch {
      // An engine without events, or the end: the waits' own looks go on.
    } finally {
      this.#live = false
    }
  }
}
