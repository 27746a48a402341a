import { AppError, messageOf } from '../errors/app-error.ts'
import { type EngineAddress, printEngineAddress } from './engine-address.ts'

interface Reason {
  readonly what: string
  readonly hint?: string
}

const REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: { what: 'no socket is there', hint: 'Start the engine with tsc-engine serve, or name another with --host' },
  ECONNREFUSED: {
    what: 'nobody listens there',
    hint: 'Start the engine with tsc-engine serve, or name another with --host',
  },
  EACCES: {
    what: 'permission denied',
    hint: "Run the command as root, for example with sudo, or join the group that owns the engine's socket",
  },
  ENOTFOUND: { what: 'the host name is not known', hint: 'Check the address given with --host or DOCKER_HOST' },
  ETIMEDOUT: { what: 'the host does not answer', hint: 'Check the address given with --host or DOCKER_HOST' },
  ENOTSOCK: { what: 'the path is no socket', hint: 'Check the address given with --host or DOCKER_HOST' },
  ECONNRESET: {
    what: 'the connection was lost',
    hint: 'See whether the engine still runs, then run the command again',
  },
  EPIPE: { what: 'the connection was lost', hint: 'See whether the engine still runs, then run the command again' },
}

/** What was to be sent could not be read: the caller's own error, not one of the connection. */
export class UploadError extends Error {
  constructor(cause: unknown) {
    super('Cannot read the archive to send', { cause })
  }
}

/**
 * What to reject with when a call failed: the reason of its abort, an error that says enough already, or
 * E_API_UNREACHABLE with the address and what to do.
 */
export const callError = (address: EngineAddress, error: unknown, signal?: AbortSignal): unknown => {
  if (signal?.aborted) return signal.reason
  if (error instanceof UploadError) return error.cause
  return error instanceof AppError ? error : connectionError(address, error)
}

const connectionError = (address: EngineAddress, cause: unknown): AppError => {
  const reason = REASONS[errorCode(cause)]
  const what = reason?.what ?? messageOf(cause)
  const message = `Cannot reach the engine at "${printEngineAddress(address)}": ${what}`
  return new AppError('E_API_UNREACHABLE', message, { cause, ...(reason?.hint ? { hint: reason.hint } : {}) })
}

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
