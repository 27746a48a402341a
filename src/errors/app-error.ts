import { type ErrorCode, catalogue } from './catalogue.ts'
import type { Where } from './where.ts'

export interface AppErrorOptions {
  /** Overrides the catalogue's hint: what the user can do about it. */
  readonly hint?: string
  /** Place in a user's file. */
  readonly where?: Where
  readonly cause?: unknown
  /** HTTP status of the Engine API, where it differs from the catalogue's. */
  readonly httpStatus?: number
  /** Process exit status, where it differs from the catalogue's. */
  readonly exitCode?: number
}

/**
 * An error that a user can meet: a stable code, one sentence without full stop, and what to do.
 * Programmer errors stay plain `Error`s.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly where: Where | undefined
  readonly httpStatus: number
  readonly exitCode: number

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const row = catalogue[code]
    this.code = code
    this.hint = options.hint ?? row.hint
    this.where = options.where
    this.httpStatus = options.httpStatus ?? row.http
    this.exitCode = options.exitCode ?? row.exit
  }
}

export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code)

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
