import { describe, expect, it } from 'vitest'
import { RLIM_INFINITY, rlimits } from '../../../../src/engine/runtime/rlimits.ts'

const limit = (Name: string, Soft: number, Hard: number) => ({ Name, Soft, Hard })

describe('rlimits', () => {
  it('names resources and prints −1 as RLIM_INFINITY', () => {
    expect(rlimits([limit('nofile', 1024, 4096), limit('core', 0, -1)], new Map()).rlimits).toEqual([
      { type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 },
      { type: 'RLIMIT_CORE', soft: 0, hard: RLIM_INFINITY },
    ])
  })

  it('cuts to what the host may give, with a warning', () => {
    const host = new Map([['RLIMIT_NOFILE', 20_000]])
    expect(rlimits([limit('nofile', 1_048_576, -1)], host)).toEqual({
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 20_000, hard: 20_000 }],
      warnings: ['Ulimit "nofile" is cut to 20000: the engine may not give more'],
    })
  })

  it.each([
    [limit('speed', 1, 1), 'invalid ulimit type: speed'],
    [limit('nofile', 10, 5), 'ulimit soft limit must be less than or equal to hard limit: 10 > 5'],
    [limit('nofile', -1, 5), 'ulimit soft limit must be less than or equal to hard limit: -1 > 5'],
  ])('refuses %j', (ulimit, message) => {
    expect(() => rlimits([ulimit], new Map())).toThrow(message)
  })
})
