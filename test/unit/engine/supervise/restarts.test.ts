import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ContainerContext } from '../../../../src/engine/container/context.ts'
import type { ContainerRunState } from '../../../../src/engine/container/record.ts'
import { Restarts, startsWithEngine } from '../../../../src/engine/supervise/restarts.ts'
import type { RestartPolicy } from '../../../../src/port/containers.ts'
import { container } from '../container/fixtures.ts'

type Name = RestartPolicy['Name']
const withPolicy = (Name: Name, state: Partial<ContainerRunState> = {}, MaximumRetryCount = 0) =>
  container({ hostConfig: { RestartPolicy: { Name, MaximumRetryCount } }, state: { hasRun: true, ...state } })
const exit = (exitCode: number, finishedAt = '2026-11-24T10:00:01Z') => ({ exitCode, oomKilled: false, finishedAt })

/** Restarts whose attempts are counted, not made. */
const counted = (): { restarts: Restarts; attempts: () => number } => {
  const run = vi.fn(() => Promise.resolve())
  const context = { mutex: { run } } as unknown as ContainerContext
  return { restarts: new Restarts(context), attempts: () => run.mock.calls.length }
}

describe('willRestart', () => {
  it.each<[Name, number, Partial<ContainerRunState>, number, boolean]>([
    ['no', 1, {}, 0, false],
    ['always', 0, {}, 0, true],
    ['always', 1, { manuallyStopped: true }, 0, false],
    ['unless-stopped', 0, {}, 0, true],
    ['on-failure', 0, {}, 0, false],
    ['on-failure', 1, { restartCount: 99 }, 0, true],
    ['on-failure', 1, { restartCount: 1 }, 2, true],
    ['on-failure', 1, { restartCount: 2 }, 2, false],
  ])('%s, status %i, %j, at most %i: %s', (name, status, state, most, expected) => {
    expect(counted().restarts.willRestart(withPolicy(name, state, most), exit(status))).toBe(expected)
  })

  it('nothing restarts when the engine ends: the next one decides', () => {
    const { restarts } = counted()
    restarts.close()
    expect(restarts.willRestart(withPolicy('always'), exit(1))).toBe(false)
  })
})

describe('startsWithEngine', () => {
  it.each<[Name, Partial<ContainerRunState>, boolean]>([
    ['always', {}, true],
    ['always', { manuallyStopped: true }, true],
    ['always', { hasRun: false }, false],
    ['unless-stopped', {}, true],
    ['unless-stopped', { manuallyStopped: true }, false],
    ['on-failure', { exitCode: 255 }, true],
    ['on-failure', { exitCode: 0 }, false],
    ['no', { exitCode: 255 }, false],
  ])('%s %j: %s', (name, state, expected) => expect(startsWithEngine(withPolicy(name, state).record)).toBe(expected))
})

describe('back-off', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Milliseconds until the attempt after an exit that came `ran` ms after its start. */
  const pause = (restarts: Restarts, one: ReturnType<typeof container>, ran: number): number => {
    one.record.state.startedAt = '2026-11-24T10:00:00.000Z'
    const finishedAt = new Date(Date.parse(one.record.state.startedAt) + ran).toISOString()
    restarts.exited(one, exit(1, finishedAt), true)
    const before = Date.now()
    vi.advanceTimersToNextTimer()
    return Date.now() - before
  }

  it('doubles from 100 ms to a minute, and begins anew after a run of ten seconds', () => {
    const { restarts } = counted()
    const one = withPolicy('always')
    const pauses = Array.from({ length: 12 }, () => pause(restarts, one, 9_999))
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000])
    expect(pause(restarts, one, 10_000)).toBe(100)
  })

  it('begins anew when the user stops it in between', () => {
    const { restarts, attempts } = counted()
    const one = withPolicy('always')
    pause(restarts, one, 0)
    restarts.exited(one, exit(1), true)
    restarts.cancel(one)
    vi.runAllTimers()
    expect(attempts()).toBe(1)
    expect(pause(restarts, one, 0)).toBe(100)
  })

  it('one restart is planned at a time', () => {
    const { restarts, attempts } = counted()
    const one = withPolicy('always')
    restarts.exited(one, exit(1), true)
    restarts.resume(one)
    vi.runAllTimers()
    expect(attempts()).toBe(1)
  })
})
