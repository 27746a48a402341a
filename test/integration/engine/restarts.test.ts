import { describe, expect, it } from 'vitest'
import { ON_UNHEALTHY_LABEL } from '../../../src/engine/supervise/restarts.ts'
import type { EngineEvent } from '../../../src/port/system.ts'
import type { RestartPolicy } from '../../../src/port/containers.ts'
import { type Bench, untilTerm } from '../../contract/contract-kit.ts'
import { eventually } from '../../support/e2e/eventually.ts'
import { useEngine } from '../../support/use-engine.ts'

const { bench, subject } = useEngine()

const policy = (Name: RestartPolicy['Name'], MaximumRetryCount = 0) => ({
  HostConfig: { RestartPolicy: { Name, MaximumRetryCount } },
})

/** Events of one container from now on, as they come. */
const watchEvents = (id: string): { seen: EngineEvent[]; stop: () => void } => {
  const stopping = new AbortController()
  const seen: EngineEvent[] = []
  const events = subject().engine.port.events.subscribe({ filters: { container: [id] }, signal: stopping.signal })
  const reading = async (): Promise<void> => {
    for await (const event of events) seen.push(event)
  }
  reading().catch(() => undefined)
  return { seen, stop: () => stopping.abort() }
}

const restartCount = async (b: Bench, id: string): Promise<number> =>
  (await b.engine.containers.inspect(id)).RestartCount

const untilRestarted = (b: Bench, id: string, count: number): Promise<void> =>
  eventually(async () => {
    const { RestartCount, State } = await b.engine.containers.inspect(id)
    if (RestartCount < count || State.Status !== 'running')
      throw new Error(`${State.Status} after ${RestartCount} restarts`)
  })

describe('restart policy', () => {
  it('on-failure tries as often as it says, then leaves the container with its status', async () => {
    await using b = bench()
    const id = await b.create('exit 3', policy('on-failure', 2))
    await b.engine.containers.start(id)
    await eventually(async () => {
      const { State, RestartCount } = await b.engine.containers.inspect(id)
      expect({ ...State, RestartCount }).toMatchObject({ Status: 'exited', ExitCode: 3, RestartCount: 2 })
    })
  })

  it('on-failure leaves what ended well', async () => {
    await using b = bench()
    const { id } = await b.finish('exit 0', policy('on-failure'))
    expect(await b.engine.containers.inspect(id)).toMatchObject({ RestartCount: 0, State: { Status: 'exited' } })
  })

  it('always restarts what ended well, each time later than before', async () => {
    await using b = bench()
    const id = await b.create('exit 0', policy('always'))
    const { seen, stop } = watchEvents(id)
    await b.engine.containers.start(id)
    await eventually(async () => expect(await restartCount(b, id)).toBeGreaterThanOrEqual(4))
    stop()
    await b.engine.containers.stop(id)
    const times = (action: string): number[] =>
      seen.filter(({ Action }) => Action === action).map(({ timeNano }) => timeNano / 1e6)
    const starts = times('start').slice(1)
    const pauses = starts.map((start, index) => start - (times('die')[index] ?? 0))
    expect(pauses[0]).toBeGreaterThanOrEqual(99)
    expect(pauses[1]).toBeGreaterThanOrEqual(199)
    expect(pauses[2]).toBeGreaterThanOrEqual(399)
  })

  it.each(['always', 'unless-stopped', 'on-failure'] as const)('%s: a manual stop wins', async (name) => {
    await using b = bench()
    const id = await b.run(untilTerm(1), policy(name))
    await b.engine.containers.stop(id)
    expect(await b.engine.containers.inspect(id)).toMatchObject({
      RestartCount: 0,
      State: { Status: 'exited', ExitCode: 1 },
    })
  })

  it('a stop while it waits for its restart ends the waiting', async () => {
    await using b = bench()
    const id = await b.create('exit 1', policy('always'))
    await b.engine.containers.start(id)
    await eventually(async () => expect((await b.engine.containers.inspect(id)).State.Status).toBe('restarting'))
    await expect(b.engine.containers.remove(id)).rejects.toMatchObject({ httpStatus: 409 })
    await b.engine.containers.stop(id)
    expect((await b.engine.containers.inspect(id)).State).toMatchObject({ Status: 'exited', Restarting: false })
  })

  it('a kill by hand ends it; a process that ends itself by the same signal is restarted', async () => {
    await using b = bench()
    const id = await b.create('sleep 0.1; exit 137', policy('unless-stopped'))
    await b.engine.containers.start(id)
    await untilRestarted(b, id, 1)
    await b.engine.containers.kill(id)
    await eventually(async () => expect((await b.engine.containers.inspect(id)).State.Status).toBe('exited'))
  })

  it('a start by hand counts anew', async () => {
    await using b = bench()
    const id = await b.create('exit 3', policy('on-failure', 1))
    await b.engine.containers.start(id)
    const isOver = () =>
      eventually(async () =>
        expect(await b.engine.containers.inspect(id)).toMatchObject({ RestartCount: 1, State: { Status: 'exited' } }),
      )
    await isOver()
    await b.engine.containers.start(id)
    await isOver()
  })

  it('a restart that cannot start ends with the error kept', async () => {
    await using b = bench()
    const source = await b.run(untilTerm())
    const id = await b.run('echo ready; sleep 0.3; exit 1', {
      HostConfig: { ...policy('always').HostConfig, NetworkMode: `container:${source}` },
    })
    await b.engine.containers.remove(source, { force: true })
    await eventually(async () => expect((await b.engine.containers.inspect(id)).State.Status).toBe('exited'))
    expect((await b.engine.containers.inspect(id)).State).toMatchObject({
      Error: expect.stringContaining('No such container'),
    })
  })
})

describe('an unhealthy container', () => {
  const Healthcheck = { Test: ['CMD-SHELL', 'test ! -e /sick'], Interval: 2e8, Retries: 1 }

  it('is restarted where its label says so; event and status tell the cause', async () => {
    await using b = bench()
    const id = await b.run(untilTerm(), { Healthcheck, Labels: { [ON_UNHEALTHY_LABEL]: 'restart' } })
    const { seen, stop } = watchEvents(id)
    const exec = await b.engine.containers.execCreate(id, { Cmd: ['touch', '/sick'] })
    await b.engine.containers.execStart(exec.Id, { detach: true })
    await untilRestarted(b, id, 1)
    const [row] = await b.engine.containers.list({ filters: { id: [id] } })
    expect(row?.Status).toMatch(/\(restarted \d+ times?: unhealthy\)$/)
    await eventually(() => {
      const restart = seen.find(({ Action }) => Action === 'restart')
      expect(restart?.Actor.Attributes).toMatchObject({ cause: 'unhealthy' })
    })
    stop()
  })

  it('is left alone without the label', async () => {
    await using b = bench()
    const id = await b.run(`touch /sick; ${untilTerm()}`, { Healthcheck })
    await eventually(async () => expect((await b.engine.containers.inspect(id)).State.Health?.Status).toBe('unhealthy'))
    expect(await b.engine.containers.inspect(id)).toMatchObject({ RestartCount: 0, State: { Running: true } })
  })

  it('stays stopped when it turns unhealthy within the grace period of a stop', async () => {
    await using b = bench()
    const id = await b.run(`trap 'touch /sick; sleep 1; exit 0' TERM; echo ready; while :; do sleep 0.05; done`, {
      Healthcheck,
      Labels: { [ON_UNHEALTHY_LABEL]: 'restart' },
    })
    await b.engine.containers.stop(id)
    expect(await b.engine.containers.inspect(id)).toMatchObject({ RestartCount: 0, State: { Status: 'exited' } })
  })
})
