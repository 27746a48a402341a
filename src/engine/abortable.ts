import { orAborted } from '../lib/wait.ts'

/**
 * The part with every promise of its methods rejected as soon as the caller's signal is aborted. What was begun goes on
 * to an end of its own; a failure is always a rejection (of the iteration, where there is one), never thrown by the call.
 */
export const abortable = <T extends object>(part: T): T => {
  const wrapped: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(part)) {
    wrapped[name] = typeof member === 'function' ? guard(part, member as Method) : member
  }
  return wrapped as T
}

type Method = (...args: unknown[]) => unknown

const guard =
  (part: object, method: Method): Method =>
  (...args) => {
    const signal = args.map(signalOf).find((found) => found !== undefined)
    if (signal?.aborted) return refusal(signal.reason)
    try {
      const result = method.apply(part, args)
      return result instanceof Promise ? orAborted(result, signal) : result
    } catch (error) {
      return refusal(error)
    }
  }

/** A rejection, whether it is awaited or iterated. */
const refusal = (reason: unknown): Promise<never> & AsyncIterable<never> => {
  const rejected = Promise.reject(reason)
  rejected.catch(() => undefined)
  return Object.assign(rejected, { [Symbol.asyncIterator]: () => ({ next: () => rejected }) })
}

const signalOf = (argument: unknown): AbortSignal | undefined => {
  if (typeof argument !== 'object' || argument === null || !('signal' in argument)) return undefined
  return argument.signal instanceof AbortSignal ? argument.signal : undefined
}
