import type { StreamChunk } from '../../../src/port/common.ts'
import type { LogOptions } from '../../../src/port/containers.ts'
import { type Channel, channel } from '../channel.ts'

interface LogLine extends StreamChunk {
  readonly time: number
}

/** What a process wrote, line by line, and whoever listens to it. */
export interface OutputLog {
  readonly append: (chunk: StreamChunk) => void
  /** Live output as it comes, from now on; `close` ends it. */
  listen(): Channel<StreamChunk>
  drop(listener: Channel<StreamChunk>): void
  read(options: LogOptions, running: boolean): AsyncGenerator<StreamChunk>
  /** The process has ended: everyone who listens is done. */
  end(): void
}

export const outputLog = (): OutputLog => {
  const lines: LogLine[] = []
  const listeners = new Set<Channel<StreamChunk>>()
  const log: OutputLog = {
    append: (chunk) => {
      const text = Buffer.from(chunk.data).toString('latin1')
      for (const line of text.split(/(?<=\n)/)) {
        lines.push({ stream: chunk.stream, data: Buffer.from(line, 'latin1'), time: Date.now() / 1000 })
      }
      for (const listener of listeners) listener.push(chunk)
    },
    listen: () => {
      const listener = channel<StreamChunk>()
      listeners.add(listener)
      return listener
    },
    drop: (listener) => {
      listeners.delete(listener)
      listener.close()
    },
    async *read(options, running) {
      const live = options.follow && running ? log.listen() : undefined
      const onAbort = (): void => live?.close()
      options.signal?.addEventListener('abort', onAbort)
      try {
        for (const line of select(lines, options)) yield print(line, options)
        if (live) for await (const chunk of live) if (options[chunk.stream]) yield chunk
        options.signal?.throwIfAborted()
      } finally {
        options.signal?.removeEventListener('abort', onAbort)
        if (live) listeners.delete(live)
      }
    },
    end: () => {
      for (const listener of listeners) listener.close()
      listeners.clear()
    },
  }
  return log
}

const select = (lines: readonly LogLine[], { stdout, stderr, tail, since, until }: LogOptions): readonly LogLine[] => {
  const chosen = lines.filter(
    (line) =>
      ((line.stream === 'stdout' && stdout) || (line.stream === 'stderr' && stderr)) &&
      line.time >= (since ?? 0) &&
      line.time <= (until ?? Number.POSITIVE_INFINITY),
  )
  return typeof tail === 'number' ? chosen.slice(chosen.length - Math.min(tail, chosen.length)) : chosen
}

const print = (line: LogLine, { timestamps }: LogOptions): StreamChunk => {
  if (!timestamps) return { stream: line.stream, data: line.data }
  const stamp = `${new Date(line.time * 1000).toISOString().replace('Z', '000000Z')} `
  return { stream: line.stream, data: Buffer.concat([Buffer.from(stamp), line.data]) }
}
