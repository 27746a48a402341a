import type { OutputStream } from './io.ts'

/** A stream to print on, which waits for slow readers and tells of readers that are gone. */
export interface Output {
  readonly isTerminal: boolean
  readonly columns: number
  readonly rows: number
  /** Resolves when more may be written; after the reader is gone at once. */
  write(data: string | Uint8Array): Promise<void>
}

/** Thrown into a command whose reader has closed the pipe: nothing is wrong and nobody is left to tell. */
export class ReaderGone extends Error {}

/** `onReaderGone` is called once, at the first EPIPE. */
export const createOutput = (stream: OutputStream, onReaderGone: (reason: ReaderGone) => void): Output => {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return
    gone = true
    onReaderGone(new ReaderGone(`Cannot write: ${error.code ?? error.message}`))
  })
  return {
    get isTerminal() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns ?? 80
    },
    get rows() {
      return stream.rows ?? 24
    },
    write: async (data) => {
      if (gone || stream.destroyed || stream.write(data)) return
      await new Promise<void>((resolve) => {
        const done = (): void => {
          for (const event of ['drain', 'error', 'close']) stream.off(event, done)
          resolve()
        }
        for (const event of ['drain', 'error', 'close']) stream.on(event, done)
      })
    },
  }
}
