import { orAborted } from '../lib/wait.ts'

/**
 * The part with every promise of its methods rejected as soon as the caller's signal is aborted. What was begun goes on
 * to an end of its own; a failure is always a rejection, never thrown by the call.
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
    const call = (): unknown => method.apply(part, args)
    try {
      const result = signal?.aborted ? Promise.reject(signal.reason) : call()
      return result instanceof Promise ? orAborted(result, signal) : result
    } catch (error) {
      return Promise.reject(error)
    }
  }

const signalOf = (argument: unknown): AbortSignal | undefined => {
  if (typeof argument !== 'object' || argument === null || !('signal' in argument)) return undefined
  return argument.signal instanceof AbortSignal ? argument.signal : undefined
}
