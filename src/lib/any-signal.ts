import { setMaxListeners } from 'node:events'

/** Aborted as soon as one of the signals is. However many waits listen to it, Node does not take that for a leak. */
export const anySignal = (...signals: readonly (AbortSignal | undefined)[]): AbortSignal => {
  const signal = AbortSignal.any(signals.filter((one) => one !== undefined))
  setMaxListeners(0, signal)
  return signal
}
