import { anySignal } from './any-signal.ts'

/** Values pushed at one end, iterated at the other, once; what is pushed before anyone reads is kept. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = []
  #ended = false
  #error: unknown
  #failed = false
  #wake: (() => void) | undefined

  push(value: T): void {
    if (this.#ended) return
    this.#values.push(value)
    this.#wake?.()
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** What was pushed is still given out, then the iteration throws. */
  fail(error: unknown): void {
    if (this.#ended) return
    this.#error = error
    this.#failed = true
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T
      if (this.#failed) throw this.#error
      if (this.#ended) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/**
 * What `work` reports while it runs, as an iteration that ends or throws with it; aborted from outside, it throws the
 * signal's reason whatever the work made of it.
 * Whoever stops iterating aborts the work, and waits until it has ended.
 */
export async function* reportsOf<T>(
  work: (report: (value: T) => void, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController()
  const signal = anySignal(outer, stop.signal)
  const queue = new AsyncQueue<T>()
  const running = work((value) => queue.push(value), signal).then(
    () => queue.end(),
    (error: unknown) => queue.fail(outer?.aborted ? outer.reason : error),
  )
  try {
    yield* queue
  } finally {
    stop.abort()
    await running
  }
}
