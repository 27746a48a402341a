/** A queue that is read once: what was pushed before the reader came is kept. */
export interface Channel<T> extends AsyncIterable<T> {
  push(value: T): void
  /** What is queued is still given out. */
  close(): void
}

export const channel = <T>(): Channel<T> => {
  const queue: T[] = []
  let closed = false
  let wake: (() => void) | undefined
  const signal = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    push: (value) => {
      if (!closed) queue.push(value)
      signal()
    },
    close: () => {
      closed = true
      signal()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (queue.length > 0) yield queue.shift() as T
        if (closed) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
