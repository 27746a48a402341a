/** Every call takes a signal; an aborted call rejects with the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Docker's filters: key → accepted values. Values of one key are alternatives, but all `label` values must match. */
export type Filters = Readonly<Record<string, readonly string[]>>

export type Labels = Readonly<Record<string, string>>

/** A piece of a container's output or input. With a terminal everything is `stdout`. */
export interface StreamChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Uint8Array
}

/** A hijacked connection: attach, or a started exec. */
export interface StreamSession {
  readonly tty: boolean
  /** Ends when the process has exited and all of its output was given out. */
  readonly output: AsyncIterable<StreamChunk>
  /** Standard input; resolves when more may be written. */
  write(data: Uint8Array): Promise<void>
  /** Half-close: no more standard input. */
  end(): Promise<void>
  /** Detaches; the process goes on. */
  close(): void
}

/** One line of a progress stream (Docker's jsonmessage). */
export interface ProgressMessage {
  readonly stream?: string
  readonly status?: string
  readonly id?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
  /** `hint`: what to do; the built-in engine alone gives it. */
  readonly errorDetail?: { readonly code?: number; readonly message: string; readonly hint?: string }
  readonly aux?: Readonly<Record<string, unknown>>
}
