import type { ServerResponse } from 'node:http'
import { AppError, messageOf } from '../errors/app-error.ts'

/** Body of every failure: Docker's `message`, and for our own client the code and the hint of the catalogue. */
export interface ErrorBody {
  readonly message: string
  readonly code?: string
  readonly hint?: string
}

export const errorBody = (error: unknown): ErrorBody =>
  error instanceof AppError
    ? { message: error.message, code: error.code, ...(error.hint ? { hint: error.hint } : {}) }
    : { message: messageOf(error) }

export const errorStatus = (error: unknown): number => (error instanceof AppError ? error.httpStatus : 500)

export const writeError = (response: ServerResponse, error: unknown): void => {
  writeJson(response, errorStatus(error), errorBody(error))
}

/** With exactly `application/json`, which some clients compare, and Go's newline at the end. */
export const writeJson = (response: ServerResponse, status: number, body: unknown): void => {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}
