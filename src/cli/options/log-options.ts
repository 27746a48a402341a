import { parseTimestamp } from '../../lib/timestamp.ts'
import { usageError } from '../usage-error.ts'

/**
 * Number of lines of `--tail`: `all`, or a number.
 * @throws E_CLI_USAGE
 */
export const readTail = (text: string): number | 'all' => {
  if (text === 'all' || text === '' || text === '-1') return 'all'
  if (!/^\d+$/.test(text)) throw usageError(`invalid value for --tail: "${text}"`, 'Use a number, or "all"')
  return Number(text)
}

/**
 * Unix seconds of `--since` and `--until`.
 * @throws E_CLI_USAGE
 */
export const readTime = (text: string | undefined, flag: string): number | undefined => {
  if (text === undefined || text === '') return undefined
  const time = parseTimestamp(text, Date.now())
  if (time !== undefined) return time
  throw usageError(`invalid value for ${flag}: "${text}"`, 'Use a time such as 2013-01-02T13:23:37Z, or 42m')
}
