import type { StreamSession } from '../../port/common.ts'
import type { CliIo } from '../io.ts'
import type { Output } from '../output.ts'

export interface TerminalSessionOptions {
  readonly io: CliIo
  readonly stdout: Output
  readonly stderr: Output
  /** Hand standard input on. */
  readonly stdin: boolean
  /** Tells the engine the size of this terminal, at first and at every change; only with a terminal. */
  readonly resize?: (size: { rows: number; columns: number }) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Joins this terminal to a process until the process has ended: output out, input in, raw keys and the size when the
 * session has a terminal. An aborted signal lets go of the process, which goes on.
 */
export const joinTerminal = async (session: StreamSession, options: TerminalSessionOptions): Promise<void> => {
  const { io, signal } = options
  const raw = session.tty && options.stdin && io.stdin.isTTY === true
  const letGo = (): void => session.close()
  signal.addEventListener('abort', letGo, { once: true })
  const stopResizing = session.tty ? followSize(options) : () => undefined
  if (raw) io.stdin.setRawMode?.(true)
  try {
    if (options.stdin) pumpInput(session, io)
    for await (const { stream, data } of session.output) await options[stream].write(data)
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', letGo)
    stopResizing()
    if (raw) io.stdin.setRawMode?.(false)
    io.stdin.pause()
    session.close()
  }
}

/** Ends when the session does: whoever reads standard input cannot be told to stop in the middle of a wait. */
const pumpInput = (session: StreamSession, io: CliIo): void => {
  const pump = async (): Promise<void> => {
    for await (const data of io.stdin) await session.write(data as Uint8Array)
    await session.end()
  }
  pump().catch(() => {
    // The process has ended, and its output tells all there is to tell.
  })
}

const followSize = ({ io, resize }: TerminalSessionOptions): (() => void) => {
  const send = (): void => {
    const { rows, columns } = io.stdout
    if (!resize || !rows || !columns) return
    resize({ rows, columns }).catch(() => {
      // A process that has just ended has no size.
    })
  }
  send()
  io.stdout.on('resize', send)
  return () => io.stdout.off('resize', send)
}
