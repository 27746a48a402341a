import { setTimeout as sleep } from 'node:timers/promises'

/** Tries again until `attempt` resolves; rejects with its last error after `timeoutMs`. */
export const eventually = async <T>(attempt: () => Promise<T> | T, timeoutMs = 20_000): Promise<T> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() >= end) throw error
      await sleep(100)
    }
  }
}
