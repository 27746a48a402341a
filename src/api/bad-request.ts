import { AppError } from '../errors/app-error.ts'

/** What every malformed request is answered with. */
export const badRequest = (message: string, hint?: string): AppError =>
  new AppError('E_API_BAD_REQUEST', message, hint === undefined ? {} : { hint })

/** Of a body that is read into memory; archives are streamed and have no limit here. */
export const MAX_BODY_BYTES = 16 * 1024 ** 2

export const bodyTooLarge = (): AppError =>
  new AppError('E_API_BAD_REQUEST', `request body is larger than ${MAX_BODY_BYTES} bytes`, { httpStatus: 413 })
