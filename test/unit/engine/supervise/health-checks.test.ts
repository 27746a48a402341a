import { expect, it } from 'vitest'
import { probeCommand, timingOf } from '../../../../src/engine/supervise/health-checks.ts'

it.each([
  [['CMD', 'a', 'b'], undefined, ['a', 'b']],
  [['CMD-SHELL', 'a b'], undefined, ['/bin/sh', '-c', 'a b']],
  [
    ['CMD-SHELL', 'a b'],
    ['/bin/bash', '-ec'],
    ['/bin/bash', '-ec', 'a b'],
  ],
  [['NONE'], undefined, undefined],
  [[], undefined, undefined],
])('%j with shell %j', (Test, shell, expected) => expect(probeCommand({ Test }, shell)).toEqual(expected))

it('times are milliseconds, with the defaults of Docker', () => {
  expect(timingOf({})).toEqual({
    intervalMs: 30_000,
    timeoutMs: 30_000,
    startPeriodMs: 0,
    startIntervalMs: 5000,
    retries: 3,
  })
  expect(timingOf({ Interval: 1e9, Timeout: 2e9, StartPeriod: 3e9, StartInterval: 4e9, Retries: 5 })).toEqual({
    intervalMs: 1000,
    timeoutMs: 2000,
    startPeriodMs: 3000,
    startIntervalMs: 4000,
    retries: 5,
  })
})
