import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { AppError } from '../../../src/errors/app-error.ts'
import type { Desired } from '../../../src/plan/desired.ts'
import { downPolicy, planDown } from '../../../src/plan/down.ts'
import { planStop } from '../../../src/plan/lifecycle.ts'
import { type UpPolicy, upPolicy } from '../../../src/plan/policy.ts'
import { subject } from '../../../src/plan/render.ts'
import { observe } from '../../../src/scheduler/observe.ts'
import type { ProgressEvent } from '../../../src/scheduler/progress.ts'
import type { RunOptions, RunReport } from '../../../src/scheduler/run-options.ts'
import { runPlan } from '../../../src/scheduler/run-plan.ts'
import { converge, reportError } from '../../support/converge.ts'
import { FakeEngine } from '../../support/fake-engine.ts'
import { completedWell, desiredOf, healthy, started } from '../../support/project.ts'

type Services = Readonly<Record<string, ServiceModel>>

const check: ServiceModel['healthcheck'] = { test: ['CMD', 'true'] }
const SHOP: Services = {
  db: { healthcheck: check },
  api: { depends_on: { db: healthy }, links: ['db:database'] },
  web: { depends_on: { api: started } },
}

const up = (
  engine: FakeEngine,
  desired: Desired,
  { policy, ...options }: RunOptions & { policy?: Partial<UpPolicy> } = {},
) => converge(desired, engine, { ...options, policy: upPolicy(policy) })

const told = (events: readonly ProgressEvent[]): string[] => events.map(({ id, text }) => `${id} ${text}`)
const names = (steps: RunReport['done']): string[] => steps.map(({ action }) => `${action.kind} ${subject(action)}`)
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('up', () => {
  it('brings everything up in order, and tells it in the words of Compose', async () => {
    const engine = new FakeEngine()
    const events: ProgressEvent[] = []
    const { report } = await up(engine, desiredOf(SHOP), { emit: (event) => events.push(event) })
    expect(reportError(report)).toBeUndefined()
    expect(engine.summary()).toEqual(['p-api-1 running', 'p-db-1 running', 'p-web-1 running'])
    expect(told(events)).toEqual([
      'Network p_default Creating',
      'Network p_default Created',
      'Container p-db-1 Creating',
      'Container p-api-1 Creating',
      'Container p-web-1 Creating',
      'Container p-db-1 Created',
      'Container p-api-1 Created',
      'Container p-web-1 Created',
      'Container p-db-1 Starting',
      'Container p-db-1 Started',
      'Container p-db-1 Waiting',
      'Container p-db-1 Healthy',
      'Container p-api-1 Starting',
      'Container p-api-1 Started',
      'Container p-web-1 Starting',
      'Container p-web-1 Started',
    ])
  })

  it('costs four calls when nothing is to be done, however many services there are', async () => {
    const engine = new FakeEngine()
    const desired = desiredOf(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`s${index}`, {}])))
    await up(engine, desired)
    engine.clearCalls()
    const events: ProgressEvent[] = []
    await up(engine, desired, { emit: (event) => events.push(event) })
    expect(engine.calls).toEqual(['containers.list', 'networks.list', 'volumes.list', 'images.list'])
    expect(new Set(told(events).map((line) => line.split(' ')[2]))).toEqual(new Set(['Running']))
    expect(events).toHaveLength(20)
  })

  it('replaces a container as one thing', async () => {
    const engine = new FakeEngine()
    await up(engine, desiredOf({ a: {} }))
    const before = engine.container('p-a-1').id
    const events: ProgressEvent[] = []
    await up(engine, desiredOf({ a: { tty: true } }), { emit: (event) => events.push(event) })
    expect(engine.container('p-a-1').id).not.toBe(before)
    expect(engine.summary()).toEqual(['p-a-1 running'])
    expect(told(events)).toEqual([
      'Container p-a-1 Recreate',
      'Container p-a-1 Recreated',
      'Container p-a-1 Starting',
      'Container p-a-1 Started',
    ])
    expect(engine.container('p-a-1').body.Labels?.['com.docker.compose.replace']).toBe('p-a-1')
  })

  it('keeps anonymous volumes over a replacement, those of the image too', async () => {
    const engine = new FakeEngine({ images: [] })
    engine.state.addImage('busybox', { Volumes: { '/image': {} } })
    const services = (tty: boolean): Services => ({
      a: { tty, volumes: [{ type: 'volume', target: '/own', volume: {} }] },
    })
    const mounts = () => engine.container('p-a-1').mounts.map(({ Name, Destination }) => `${Destination} ${Name}`)
    await up(engine, desiredOf(services(false)))
    const before = mounts()
    await up(engine, desiredOf(services(true)))
    expect(before).toHaveLength(2)
    expect(mounts().sort()).toEqual(before.sort())
    await up(engine, desiredOf(services(false)), { policy: { renewAnonymousVolumes: true } })
    expect(mounts().filter((mount) => before.includes(mount))).toEqual([])
  })

  it('looks at an image again before it decides on the containers made from it', async () => {
    const engine = new FakeEngine()
    const desired = desiredOf({ a: {} })
    await up(engine, desired)
    const { plan } = await up(engine, desired, { policy: { pull: 'always' } })
    expect(engine.calls.filter((call) => call === 'images.pull busybox')).toHaveLength(1)
    expect(plan.steps.map(({ cause }) => cause)[0]).toBe('replaces a/1 (image changed)')
    expect(engine.container('p-a-1').imageId).toBe(engine.state.findImage('busybox').id)
  })

  it('labels a container with the id of the image that was built in the same run', async () => {
    const engine = new FakeEngine()
    await up(engine, desiredOf({ a: { build: { context: '/a' } } }), {
      buildContext: () => Promise.resolve({ archive: (async function* () {})() }),
    })
    const id = engine.state.findImage('p-a').id
    expect(engine.container('p-a-1').body.Labels?.['com.docker.compose.image']).toBe(id)
  })

  it('writes configs that are given as text before it makes the container', async () => {
    const engine = new FakeEngine()
    const desired = desiredOf({ a: { configs: [{ source: 'c' }] } }, { configs: { c: { name: 'p_c', content: 'x' } } })
    await up(engine, desired, { writeFile: ({ name, text }) => Promise.resolve(`/state/${name}-${text}`) })
    expect(engine.container('p-a-1').mounts).toMatchObject([
      { Source: '/state/configs/c-x', Destination: '/c', RW: false },
    ])
  })

  it('names containers that others share with by their new ids', async () => {
    const engine = new FakeEngine()
    const services = (tty: boolean): Services => ({ web: { tty }, side: { network_mode: 'service:web' } })
    await up(engine, desiredOf(services(false)))
    await up(engine, desiredOf(services(true)))
    const mode = engine.container('p-side-1').body.HostConfig?.NetworkMode
    expect(mode).toBe(`container:${engine.container('p-web-1').id}`)
    const { plan } = await up(engine, desiredOf(services(true)))
    expect(plan.steps).toEqual([])
  })
})

describe('a step that fails', () => {
  it('stops only what depends on it', async () => {
    const engine = new FakeEngine()
    engine.failOn(/^containers\.start p-db-1/, new AppError('E_CONTAINER_CONFLICT', 'port is taken'))
    const { report } = await up(engine, desiredOf({ ...SHOP, other: {} }))
    expect(names(report.failed.map(({ step }) => step))).toEqual(['container.start db/1'])
    expect(names(report.skipped.map(({ step }) => step))).toEqual([
      'wait.healthy db',
      'container.start api/1',
      'container.start web/1',
    ])
    expect(report.skipped.map(({ because }) => because?.id)).toEqual(
      Array.from({ length: 3 }, () => report.failed[0]?.step.id),
    )
    expect(engine.summary()).toContain('p-other-1 running')
    expect(reportError(report)).toMatchObject({ message: 'port is taken' })
  })

  it('says which dependency did not come up', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    const run = up(engine, desiredOf(SHOP))
    while (!engine.calls.includes('containers.inspect p-db-1')) await tick()
    engine.setHealth('p-db-1', 'unhealthy')
    const { report } = await run
    expect(reportError(report)).toMatchObject({
      code: 'E_DEPENDENCY_FAILED',
      message: 'dependency failed to start: container p-db-1 is unhealthy',
    })
    expect(engine.summary()).toContain('p-api-1 created')
  })

  it.each([
    ['exits', { db: { exitCode: 3 } }, check, healthy, 'container p-db-1 exited (3)'],
    ['has no health check', {}, undefined, healthy, 'container p-db-1 has no healthcheck configured'],
    [
      'ends with an error',
      { db: { exitCode: 4 } },
      undefined,
      completedWell,
      `service "db" didn't complete successfully: exit 4`,
    ],
  ] as const)('says so when a dependency %s', async (_, behaviours, healthcheck, dependency, why) => {
    const engine = new FakeEngine({ behaviours })
    const services: Services = { db: healthcheck ? { healthcheck } : {}, web: { depends_on: { db: dependency } } }
    const { report } = await up(engine, desiredOf(services))
    expect(reportError(report)).toMatchObject({ message: `dependency failed to start: ${why}` })
  })

  it('is a warning where the dependency is not required', async () => {
    const engine = new FakeEngine({ behaviours: { db: { exitCode: 3 } } })
    const services: Services = {
      db: { healthcheck: check },
      web: { depends_on: { db: { ...healthy, required: false } } },
    }
    const events: ProgressEvent[] = []
    const { report } = await up(engine, desiredOf(services), { emit: (event) => events.push(event) })
    expect(report.failed).toEqual([])
    expect(engine.summary()).toContain('p-web-1 running')
    expect(events.filter(({ status }) => status === 'warning').map(({ details, text }) => details ?? text)).toContain(
      'container p-db-1 exited (3)',
    )
  })

  it('fails with the error that a pull or build streams', async () => {
    const engine = new FakeEngine({ images: [] })
    engine.images.pull = async function* () {
      yield { status: 'Pulling from library/nothing', id: 'latest' }
      yield { error: 'manifest unknown', errorDetail: { message: 'manifest unknown' } }
    }
    const { report } = await up(engine, desiredOf({ a: {} }))
    expect(reportError(report)).toMatchObject({ message: 'Cannot pull image "busybox": manifest unknown' })
    expect(engine.summary()).toEqual([])
  })
})

describe('a plan that cannot be carried out', () => {
  it('is refused before anything is begun, with all of its errors', async () => {
    const engine = new FakeEngine()
    const port = { mode: 'ingress', target: 80, published: '80', protocol: 'tcp' }
    await expect(
      up(engine, desiredOf({ a: { ports: [port] }, b: { ports: [port] }, c: { container_name: 'one', scale: 2 } })),
    ).rejects.toThrow(/container_name "one" is one name\nHost port 80\/tcp is published twice/)
    expect(engine.calls.filter((call) => !call.endsWith('.list'))).toEqual([])
  })
})

describe('limits', () => {
  it('carries out no more steps at a time than it may', async () => {
    const engine = new FakeEngine()
    let now = 0
    let most = 0
    const create = engine.containers.create.bind(engine.containers)
    engine.containers.create = async (...given) => {
      now += 1
      most = Math.max(most, now)
      await tick()
      now -= 1
      return create(...given)
    }
    await up(engine, desiredOf(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`s${i}`, {}]))), {
      parallel: 3,
    })
    expect(most).toBe(3)
  })

  it('does not let a wait keep the only place from what it waits for', async () => {
    const engine = new FakeEngine()
    const { report } = await up(engine, desiredOf({ ...SHOP, other: { depends_on: { db: healthy } } }), { parallel: 1 })
    expect(report.failed).toEqual([])
    expect(engine.summary()).toHaveLength(4)
  })
})

describe('an aborted run', () => {
  it('ends at once while it waits, and begins nothing more', async () => {
    const engine = new FakeEngine({ health: 'manual' })
    const controller = new AbortController()
    const run = up(engine, desiredOf(SHOP), { signal: controller.signal })
    while (!engine.calls.includes('containers.inspect p-db-1')) await tick()
    controller.abort(new Error('interrupted'))
    await expect(run).rejects.toThrow('interrupted')
    expect(engine.summary()).toEqual(['p-api-1 created', 'p-db-1 running', 'p-web-1 created'])
    expect(engine.state.subscribers.size).toBe(0)
  })
})

describe('down and stop', () => {
  const look = (engine: FakeEngine) => observe(engine, { project: 'p' })

  it('leave nothing, or nothing that runs', async () => {
    const engine = new FakeEngine()
    const desired = desiredOf(SHOP)
    await up(engine, desired)
    await runPlan(planStop({ observed: await look(engine), desired, services: [] }), engine)
    expect(engine.summary()).toEqual(['p-api-1 exited', 'p-db-1 exited', 'p-web-1 exited'])
    const report = await runPlan(planDown(await look(engine), downPolicy(), desired), engine)
    expect(report.failed).toEqual([])
    expect([engine.summary(), engine.state.networks.size]).toEqual([[], 0])
  })

  it('leave a network that is still in use, with a warning', async () => {
    const engine = new FakeEngine()
    await up(engine, desiredOf({ a: {} }))
    const plan = planDown(await look(engine), downPolicy())
    const other = await engine.containers.create(
      { Image: 'busybox', NetworkingConfig: { EndpointsConfig: { p_default: {} } } },
      { name: 'other' },
    )
    await engine.containers.start(other.Id)
    const events: ProgressEvent[] = []
    const report = await runPlan(plan, engine, { emit: (event) => events.push(event) })
    expect(report.failed).toEqual([])
    expect(events.at(-1)).toEqual({ id: 'Network p_default', status: 'warning', text: 'Resource is still in use' })
  })
})
