import type { Writable } from 'node:stream'

/**
 * Writes, and waits while the reader is behind: no more than the stream's high-water mark is ever buffered for a client
 * that does not read. Resolves to false when the reader is gone.
 */
export const writeBackPressured = async (out: Writable, data: string | Uint8Array): Promise<boolean> => {
  if (out.destroyed || out.writableEnded) return false
  if (out.write(data)) return true
  await new Promise<void>((resolve) => {
    const done = (): void => {
      out.off('drain', done).off('close', done)
      resolve()
    }
    out.on('drain', done).on('close', done)
  })
  return !out.destroyed
}
