import { describe, expect, it } from 'vitest'
import type { EventsPort } from '../../../src/port/system.ts'
import { EventHub } from '../../../src/scheduler/event-hub.ts'
import { healthyVerdict, untilVerdict } from '../../../src/scheduler/wait-container.ts'
import { FakeEngine } from '../../support/fake-engine.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Without replay: only what happens from now on. */
const fromNow = (engine: FakeEngine): EventsPort => ({
  subscribe: ({ signal } = {}) => engine.events.subscribe(signal ? { signal } : {}),
})

const waiting = async (events?: EventsPort) => {
  const engine = new FakeEngine({ health: 'manual' })
  const Labels = { 'com.docker.compose.project': 'p' }
  await engine.containers.create({ Image: 'busybox', Labels, Healthcheck: { Test: ['CMD', 'true'] } }, { name: 'c' })
  await engine.containers.start('c')
  engine.clearCalls()
  const hub = new EventHub(events ?? fromNow(engine), 'p')
  const signal = new AbortController().signal
  const verdict = untilVerdict('c', healthyVerdict, { containers: engine.containers, hub, signal })
  return { engine, hub, verdict }
}

describe('untilVerdict', () => {
  it('looks once, and again only when something happened to the container', async () => {
    const { engine, hub, verdict } = await waiting()
    for (let round = 0; round < 20; round++) await tick()
    expect(engine.calls.filter((call) => call.startsWith('containers.inspect'))).toHaveLength(1)
    engine.setHealth('c', 'healthy')
    expect(await verdict).toEqual({ reached: 'Healthy' })
    expect(engine.calls.filter((call) => call.startsWith('containers.inspect'))).toHaveLength(2)
    hub.close()
  })

  it('is not woken by what is done to a container without changing it', async () => {
    const { engine, hub, verdict } = await waiting()
    await tick()
    engine.state.publishContainer('exec_start: ls', engine.container('c'))
    for (let round = 0; round < 5; round++) await tick()
    expect(engine.calls.filter((call) => call.startsWith('containers.inspect'))).toHaveLength(1)
    engine.setHealth('c', 'unhealthy')
    expect(await verdict).toEqual({ failed: 'container c is unhealthy' })
    hub.close()
  })

  it('looks by itself when the engine gives no events', async () => {
    const { engine, hub, verdict } = await waiting({
      // eslint-disable-next-line require-yield
      async *subscribe() {
        throw new Error('no events here')
      },
    })
    await tick()
    engine.setHealth('c', 'healthy')
    expect(await verdict).toEqual({ reached: 'Healthy' })
    expect(hub.isLive).toBe(false)
    hub.close()
  })
})
