import { describe, expect, test } from 'vitest'
import { parseTimestamp } from '../../../src/lib/timestamp.ts'

const NOW = Date.parse('2026-11-24T10:00:00Z')

describe('parseTimestamp()', () => {
  test.each([
    ['1700000000', 1_700_000_000],
    ['1700000000.250000000', 1_700_000_000.25],
    ['2026-11-24T10:30:00Z', NOW / 1000 + 1800],
    ['2026-11-24T10:30:00.5+01:00', NOW / 1000 - 1799.5],
    ['2026-11-24T10:30', NOW / 1000 + 1800],
    ['2026-11-24', Date.parse('2026-11-24T00:00:00Z') / 1000],
    ['90m', NOW / 1000 - 5400],
  ])('reads %s', (text, seconds) => {
    expect(parseTimestamp(text, NOW)).toBe(seconds)
  })

  test.each(['', 'soon', '2026-13-45', '10 minutes'])('does not take "%s"', (text) => {
    expect(parseTimestamp(text, NOW)).toBeUndefined()
  })
})
