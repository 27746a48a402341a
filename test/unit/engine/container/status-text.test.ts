import { describe, expect, it } from 'vitest'
import { humanDuration, statusText } from '../../../../src/engine/container/status-text.ts'
import type { Container, ContainerRunState } from '../../../../src/engine/container/record.ts'
import { container } from './fixtures.ts'

const NOW = Date.parse('2026-11-24T10:00:10Z')
const TIMES = { startedAt: '2026-11-24T10:00:00Z', finishedAt: '2026-11-24T10:00:05Z' }
const text = (state: Partial<ContainerRunState>, health?: Container['health']): string =>
  statusText({ ...container({ state: { ...TIMES, ...state } }), ...(health ? { health } : {}) }, NOW)
const health = (Status: 'starting' | 'healthy' | 'unhealthy' | 'none') => ({ Status, FailingStreak: 0, Log: [] })

describe('statusText', () => {
  it.each<[string, Partial<ContainerRunState>]>([
    ['Created', { phase: 'created' }],
    ['Up 10 seconds', { phase: 'running' }],
    ['Up 10 seconds (Paused)', { phase: 'paused' }],
    ['Restarting (3) 5 seconds ago', { phase: 'restarting', exitCode: 3 }],
    ['Exited (137) 5 seconds ago', { phase: 'exited', exitCode: 137 }],
    ['Removal In Progress', { phase: 'removing' }],
    ['Dead', { phase: 'dead' }],
    ['Up 10 seconds (restarted 2 times: unhealthy)', { phase: 'running', restartCount: 2, restartCause: 'unhealthy' }],
  ])('%s', (expected, state) => expect(text(state)).toBe(expected))

  it.each([
    ['Up 10 seconds (health: starting)', health('starting')],
    ['Up 10 seconds (healthy)', health('healthy')],
    ['Up 10 seconds (unhealthy)', health('unhealthy')],
    ['Up 10 seconds', health('none')],
  ])('%s', (expected, state) => expect(text({ phase: 'running' }, state)).toBe(expected))
})

describe('humanDuration', () => {
  const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]
  it.each([
    [0, 'Less than a second'],
    [SECOND, '1 second'],
    [59 * SECOND, '59 seconds'],
    [MINUTE, 'About a minute'],
    [2 * MINUTE, '2 minutes'],
    [59.9 * MINUTE, '59 minutes'],
    [HOUR, 'About an hour'],
    [1.6 * HOUR, '2 hours'],
    [47 * HOUR, '47 hours'],
    [2 * DAY, '2 days'],
    [14 * DAY, '2 weeks'],
    [60 * DAY, '2 months'],
    [730 * DAY, '2 years'],
  ])('%i ms', (ms, expected) => expect(humanDuration(ms)).toBe(expected))
})
