import { AppError } from '../../errors/app-error.ts'
import { parseBytes } from '../../lib/bytes.ts'
import type { HostConfig } from '../../port/containers.ts'

export interface LogSettings {
  /** False with the driver `none`. */
  readonly enabled: boolean
  /** Bytes of one file; 0 never rotates. */
  readonly maxSize: number
  readonly maxFiles: number
}

/** Drivers whose logs our own files serve. */
const LOCAL = new Set(['', 'json-file', 'local', 'none'])
const DEFAULT_SIZE = 20 * 1024 * 1024
const DEFAULT_FILES = 5

/**
 * `max-size` and `max-file` of the logging options. Without them logs rotate at 20 MB, five files, as Docker's `local`
 * driver does: they cannot fill the disk.
 * @throws E_API_BAD_REQUEST for a driver that is not there or a value that is none
 */
export const logSettings = ({ LogConfig }: HostConfig): LogSettings => {
  const driver = LogConfig?.Type ?? ''
  if (!LOCAL.has(driver)) {
    throw new AppError('E_API_BAD_REQUEST', `logger: no log driver named '${driver}' is registered`, {
      hint: 'Use json-file, local or none',
    })
  }
  if (driver === 'none') return { enabled: false, maxSize: 0, maxFiles: 1 }
  const { 'max-size': size, 'max-file': files } = LogConfig?.Config ?? {}
  const maxSize = size === undefined ? DEFAULT_SIZE : size === '-1' ? 0 : parseBytes(size)
  if (maxSize === undefined || maxSize < 0) {
    throw new AppError('E_API_BAD_REQUEST', `invalid log option max-size: "${size}"`, { hint: 'Write a size like 10m' })
  }
  const maxFiles = files === undefined ? (size === undefined ? DEFAULT_FILES : 1) : Number(files)
  if (!Number.isInteger(maxFiles) || maxFiles < 1) {
    throw new AppError('E_API_BAD_REQUEST', `max-file cannot be less than 1: "${files}"`)
  }
  return { enabled: true, maxSize, maxFiles }
}
