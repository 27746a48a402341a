import { expect, it } from 'vitest'
import type { Health } from '../../../src/port/containers.ts'
import { type Bench, untilTerm } from '../../contract/contract-kit.ts'
import { eventually } from '../../support/e2e/eventually.ts'
import { useEngine } from '../../support/use-engine.ts'

const { bench } = useEngine()
const MS = 1e6

const healthOf = async (b: Bench, id: string): Promise<Health> => {
  const { Health } = (await b.engine.containers.inspect(id)).State
  if (!Health) throw new Error('The container has no health')
  return Health
}

const untilHealth = (b: Bench, id: string, status: Health['Status']): Promise<Health> =>
  eventually(async () => {
    const health = await healthOf(b, id)
    expect(health.Status).toBe(status)
    return health
  })

it.each([
  ['CMD', ['CMD', 'test', '-e', '/etc/passwd']],
  ['CMD-SHELL', ['CMD-SHELL', 'test "$ROLE" = web && echo fine']],
])('%s: one success makes it healthy, with its output', async (_, Test) => {
  await using b = bench()
  const id = await b.run(untilTerm(), { Env: ['ROLE=web'], Healthcheck: { Test, Interval: 100 * MS } })
  expect((await healthOf(b, id)).Status).toBe('starting')
  const { Log } = await untilHealth(b, id, 'healthy')
  expect(Log.at(-1)).toMatchObject({ ExitCode: 0, Output: Test[0] === 'CMD' ? '' : 'fine\n' })
})

it('NONE: there is no health', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), { Healthcheck: { Test: ['NONE'] } })
  expect((await b.engine.containers.inspect(id)).State.Health).toBeUndefined()
})

it('retries failures make it unhealthy, a success healthy again; five results are kept', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), {
    Healthcheck: { Test: ['CMD-SHELL', 'cat /well'], Interval: 50 * MS, Retries: 3 },
  })
  const { FailingStreak, Log } = await untilHealth(b, id, 'unhealthy')
  expect(FailingStreak).toBeGreaterThanOrEqual(3)
  expect(Log.at(-1)?.Output).toContain("can't open '/well'")
  await eventually(async () => expect((await healthOf(b, id)).FailingStreak).toBeGreaterThan(5))
  expect((await healthOf(b, id)).Log).toHaveLength(5)
  const [row] = await b.engine.containers.list({ filters: { id: [id], health: ['unhealthy'] } })
  expect(row?.Status).toMatch(/\(unhealthy\)$/)
  const exec = await b.engine.containers.execCreate(id, { Cmd: ['touch', '/well'] })
  await b.engine.containers.execStart(exec.Id, { detach: true })
  expect((await untilHealth(b, id, 'healthy')).FailingStreak).toBe(0)
})

it.each([1, 300])('a probe that takes longer than %i ms is ended and counts as −1', async (timeoutMs) => {
  await using b = bench()
  const id = await b.run(untilTerm(), {
    Healthcheck: {
      Test: ['CMD-SHELL', 'echo begun; sleep 60'],
      Interval: 50 * MS,
      Timeout: timeoutMs * MS,
      Retries: 1,
    },
  })
  const { Log } = await untilHealth(b, id, 'unhealthy')
  expect(Log.at(-1)?.ExitCode).toBe(-1)
  expect(Log.at(-1)?.Output).toMatch(new RegExp(`^Health check exceeded timeout \\(${timeoutMs / 1000}s\\)`))
})

it('failures within the start period do not count', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), {
    Healthcheck: {
      Test: ['CMD', 'false'],
      Interval: 50 * MS,
      Retries: 1,
      StartPeriod: 600_000 * MS,
      StartInterval: 50 * MS,
    },
  })
  await eventually(async () => expect((await healthOf(b, id)).Log.length).toBe(5))
  expect(await healthOf(b, id)).toMatchObject({ Status: 'starting', FailingStreak: 0 })
})

it('a pause keeps what is known, a restart forgets it', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), {
    Healthcheck: { Test: ['CMD', 'true'], Interval: 50 * MS, StartPeriod: 60_000 * MS, StartInterval: 50 * MS },
  })
  await untilHealth(b, id, 'healthy')
  await b.engine.containers.pause(id)
  await b.engine.containers.unpause(id)
  expect((await healthOf(b, id)).Status).toBe('healthy')
  await b.engine.containers.stop(id)
  await b.engine.containers.start(id)
  expect((await healthOf(b, id)).Log.length).toBeLessThan(2)
})

it('what a probe prints is cut to 4096 bytes', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), {
    Healthcheck: { Test: ['CMD-SHELL', 'yes | head -c 20000'], Interval: 50 * MS },
  })
  const { Log } = await untilHealth(b, id, 'healthy')
  expect(Log.at(-1)?.Output).toHaveLength(4096)
})
