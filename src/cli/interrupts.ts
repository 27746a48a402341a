import { setMaxListeners } from 'node:events'
import { AppError } from '../errors/app-error.ts'
import { deferred } from '../lib/deferred.ts'
import type { CliIo } from './io.ts'

export const INTERRUPTED = 130

/** Called with 1 at the first Ctrl-C (or SIGTERM), with 2 at the second, … */
export type InterruptHandler = (count: number) => void

/**
 * What Ctrl-C does: the first aborts `signal`, the second ends the command line at once.
 * A command that knows better takes over with `handle`; its answer gives it back.
 */
export interface Interrupts {
  readonly signal: AbortSignal
  /** Rejects when the user would not wait any more. */
  readonly forced: Promise<never>
  handle(handler: InterruptHandler): () => void
  /** Ends the command line at once. */
  force(): void
  /** Aborts the signal for another reason: the reader of the output is gone. */
  abort(reason: unknown): void
}

export const watchInterrupts = (io: Pick<CliIo, 'onInterrupt'>): Interrupts & Disposable => {
  const controller = new AbortController()
  // Every call that is under way listens to it.
  setMaxListeners(0, controller.signal)
  const forced = deferred<never>()
  forced.promise.catch(() => undefined)
  let count = 0
  const standard: InterruptHandler = (nth) => {
    if (nth === 1) controller.abort(interrupted())
    else forced.reject(interrupted())
  }
  let current = standard
  const stop = io.onInterrupt(() => {
    count += 1
    current(count)
  })
  return {
    signal: controller.signal,
    forced: forced.promise,
    handle(handler) {
      const before = current
      current = handler
      return () => {
        current = before
      }
    },
    force: () => forced.reject(interrupted()),
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: stop,
  }
}

const interrupted = (): AppError => new AppError('E_CLI_INTERRUPTED', 'interrupted')
