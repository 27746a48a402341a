import { AppError } from '../errors/app-error.ts'

/** A command line that cannot be obeyed. */
export const usageError = (message: string, hint?: string): AppError =>
  new AppError('E_CLI_USAGE', message, hint === undefined ? {} : { hint })
