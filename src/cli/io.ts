import type { Readable, Writable } from 'node:stream'

/** An output stream; Node's own are. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** An input stream; only a terminal's has a raw mode. */
export type InputStream = Readable & {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
}

export type InterruptName = 'SIGINT' | 'SIGTERM'

/** The world outside as a command line sees it, so that tests run without a process. */
export interface CliIo {
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute. */
  readonly cwd: string
  /** Calls back at each of these signals; the answer ends that. */
  onInterrupt(listener: (name: InterruptName) => void): () => void
}
