import { parseDuration } from './duration.ts'

const UNIX = /^-?\d+(?:\.\d+)?$/
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?$/

/**
 * Unix seconds, with fraction, of what `--since` takes: `1700000000`, `1700000000.123456789`, RFC 3339 (also cut short:
 * `2026-11-24`, `2026-11-24T10:30`, read as UTC), or a Go duration before `nowMs`. Undefined when it is none.
 */
export const parseTimestamp = (text: string, nowMs: number): number | undefined => {
  if (UNIX.test(text)) return Number(text)
  if (DATE.test(text)) {
    const ms = Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) || !text.includes('T') ? text : `${text}Z`)
    return Number.isNaN(ms) ? undefined : ms / 1000
  }
  const duration = parseDuration(text)
  return duration === undefined ? undefined : (nowMs - duration) / 1000
}
