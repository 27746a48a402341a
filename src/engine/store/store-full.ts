import { AppError } from '../../errors/app-error.ts'

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** The error as E_STORE_FULL when the disk is full, else as it was. */
export const storeError = (error: unknown, root: string): unknown => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!FULL.has(code)) return error
  return new AppError('E_STORE_FULL', `Cannot write below "${root}": no space left on the device`, { cause: error })
}
