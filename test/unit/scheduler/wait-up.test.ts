import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import type { ProgressEvent } from '../../../src/scheduler/progress.ts'
import { type WaitUpOptions, waitUp } from '../../../src/scheduler/wait-up.ts'
import { converge } from '../../support/converge.ts'
import { FakeEngine } from '../../support/fake-engine.ts'
import { completedWell, desiredOf } from '../../support/project.ts'

const check: ServiceModel['healthcheck'] = { test: ['CMD', 'true'] }
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const upThenWait = async (
  engine: FakeEngine,
  services: Readonly<Record<string, ServiceModel>>,
  options: WaitUpOptions & { meanwhile?: () => void } = {},
): Promise<void> => {
  const desired = desiredOf(services)
  await converge(desired, engine, { policy: upPolicy() })
  await tick()
  engine.clearCalls()
  const wait = waitUp(desired, engine, options)
  if (options.meanwhile) {
    while (!engine.calls.some((call) => call.startsWith('containers.inspect'))) await tick()
    options.meanwhile()
  }
  await wait
}

describe('waitUp', () => {
  it('waits for health where there is a check, and for running elsewhere', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    const events: ProgressEvent[] = []
    await upThenWait(
      engine,
      { a: { healthcheck: check }, b: {} },
      { emit: (event) => events.push(event), meanwhile: () => engine.setHealth('p-a-1', 'healthy') },
    )
    expect(events.map(({ id, text }) => `${id} ${text}`).sort()).toEqual([
      'Container p-a-1 Healthy',
      'Container p-a-1 Waiting',
      'Container p-b-1 Healthy',
      'Container p-b-1 Waiting',
    ])
  })

  it('fails at the first container that is unhealthy', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    const wait = upThenWait(
      engine,
      { a: { healthcheck: check }, b: { healthcheck: check } },
      { meanwhile: () => engine.setHealth('p-a-1', 'unhealthy') },
    )
    await expect(wait).rejects.toMatchObject({ code: 'E_WAIT_FAILED', message: 'container p-a-1 is unhealthy' })
    await tick()
    expect(engine.state.subscribers.size).toBe(0)
  })

  it('counts a job that has ended well, and fails for one that has not', async () => {
    const job = (exitCode: number): Promise<void> =>
      upThenWait(new FakeEngine({ behaviours: { job: { exitCode } } }), { job: {}, web: {} })
    await expect(job(0)).resolves.toBeUndefined()
    await expect(job(2)).rejects.toThrow('container p-job-1 exited (2)')
  })

  it('waits for the end of a job that others need', async () => {
    const engine = new FakeEngine({ behaviours: { job: { exitCode: 0 } } })
    await upThenWait(engine, { job: {}, web: { depends_on: { job: completedWell } } })
    expect(engine.container('p-job-1').state.Status).toBe('exited')
  })

  it('fails for a service that always restarts and has ended', async () => {
    const engine = new FakeEngine({ behaviours: { a: { exitCode: 0 } } })
    await expect(upThenWait(engine, { a: { restart: 'always' } })).rejects.toThrow('container p-a-1 exited (0)')
  })

  it('gives up at the timeout', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    await expect(upThenWait(engine, { a: { healthcheck: check } }, { timeout: 20 })).rejects.toMatchObject({
      code: 'E_WAIT_FAILED',
      message: 'application not healthy after 0.02s',
    })
  })

  it('looks at the named services only', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    await expect(upThenWait(engine, { a: { healthcheck: check }, b: {} }, { services: ['b'] })).resolves.toBeUndefined()
  })

  it('is aborted by its signal', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    const controller = new AbortController()
    const wait = upThenWait(
      engine,
      { a: { healthcheck: check } },
      { signal: controller.signal, meanwhile: () => controller.abort(new Error('interrupted')) },
    )
    await expect(wait).rejects.toThrow('interrupted')
  })
})
