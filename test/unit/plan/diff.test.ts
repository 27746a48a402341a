import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { diff } from '../../../src/plan/diff.ts'
import type { Observed, ObservedContainer } from '../../../src/plan/observed.ts'
import { type UpPolicy, upPolicy } from '../../../src/plan/policy.ts'
import { renderPlan } from '../../../src/plan/render.ts'
import { applyPlan, nothing } from '../../support/apply-plan.ts'
import { type ProjectOptions, completedWell, desiredOf, healthy, started } from '../../support/project.ts'

type Services = Readonly<Record<string, ServiceModel>>

const check: ServiceModel['healthcheck'] = { test: ['CMD', 'true'] }
const SHOP: Services = {
  db: { healthcheck: check, volumes: [{ type: 'volume', source: 'data', target: '/data', volume: {} }] },
  api: { depends_on: { db: healthy }, links: ['db:database'] },
  web: { depends_on: { api: started } },
}
const VOLUMES: ProjectOptions = { volumes: { data: { name: 'p_data' } } }

const up = (services: Services, there: Observed, policy: Partial<UpPolicy> = {}, options: ProjectOptions = VOLUMES) =>
  diff(desiredOf(services, options), there, upPolicy(policy))
const text = (...given: Parameters<typeof up>): string => `\n${renderPlan(up(...given))}`
const after = (...given: Parameters<typeof up>): Observed => applyPlan(up(...given), given[1])
const running = after(SHOP, nothing())

const change = (observed: Observed, service: string, values: Partial<ObservedContainer>): Observed => ({
  ...observed,
  containers: observed.containers.map((container) =>
    container.service === service ? { ...container, ...values } : container,
  ),
})

const image = (observed: Observed, id: string): Observed => ({
  ...observed,
  images: { 'docker.io/library/busybox:latest': id },
})

describe('up from nothing', () => {
  it('makes all at once and starts each as soon as what it needs is ready', () => {
    expect(text(SHOP, nothing())).toMatchInlineSnapshot(`
      "
      1         network.create    p_default  not found
      2         volume.create     p_data     not found
      3 <- 1,2  container.create  db/1       not found
      4 <- 1    container.create  api/1      not found
      5 <- 1    container.create  web/1      not found
      6 <- 3    container.start   db/1       created
      7 <- 6    wait.healthy      db         needed by api
      8 <- 4,7  container.start   api/1      created
      9 <- 5,8  container.start   web/1      created
      "
    `)
  })

  it('pulls and builds what is missing first, and lets containers without need of it begin', () => {
    const services: Services = { a: { image: 'nginx' }, b: { image: 'nginx' }, c: { build: { context: '/c' } }, d: {} }
    expect(text(services, nothing())).toMatchInlineSnapshot(`
      "
      1         image.pull        nginx      not found
      2         image.build       p-c        not found
      3         network.create    p_default  not found
      4 <- 1,3  container.create  a/1        not found
      5 <- 1,3  container.create  b/1        not found
      6 <- 2,3  container.create  c/1        not found
      7 <- 3    container.create  d/1        not found
      8 <- 4    container.start   a/1        created
      9 <- 5    container.start   b/1        created
      10 <- 6   container.start   c/1        created
      11 <- 7   container.start   d/1        created
      "
    `)
  })

  it('makes owners of shared namespaces and volumes before those who name them by id', () => {
    const services: Services = { tool: { network_mode: 'service:web', volumes_from: ['data:ro'] }, web: {}, data: {} }
    expect(text(services, nothing())).toMatchInlineSnapshot(`
      "
      1           network.create    p_default  not found
      2 <- 1      container.create  web/1      not found
      3 <- 1      container.create  data/1     not found
      4 <- 2,3    container.create  tool/1     not found
      5 <- 2      container.start   web/1      created
      6 <- 3      container.start   data/1     created
      7 <- 4,5,6  container.start   tool/1     created
      "
    `)
  })

  it('makes replicas side by side, and dependents wait for all of them', () => {
    const services: Services = { db: { scale: 3, healthcheck: check }, web: { depends_on: { db: healthy } } }
    expect(text(services, nothing())).toMatchInlineSnapshot(`
      "
      1           network.create    p_default  not found
      2 <- 1      container.create  db/1       not found
      3 <- 1      container.create  db/2       not found
      4 <- 1      container.create  db/3       not found
      5 <- 1      container.create  web/1      not found
      6 <- 2      container.start   db/1       created
      7 <- 3      container.start   db/2       created
      8 <- 4      container.start   db/3       created
      9 <- 6,7,8  wait.healthy      db         needed by web
      10 <- 5,9   container.start   web/1      created
      "
    `)
  })

  it('lets the failure of an optional dependency pass', () => {
    const services: Services = {
      cache: { healthcheck: check },
      log: {},
      web: { depends_on: { cache: { ...healthy, required: false }, log: { ...started, required: false } } },
    }
    expect(text(services, nothing())).toMatchInlineSnapshot(`
      "
      1               network.create    p_default  not found
      2 <- 1          container.create  cache/1    not found
      3 <- 1          container.create  log/1      not found
      4 <- 1          container.create  web/1      not found
      5 <- 2          container.start   cache/1    created
      6 <- 3          container.start   log/1      created
      7 <- 5?         wait.healthy      cache      needed by web
      8 <- 4,7,5?,6?  container.start   web/1      created
      "
    `)
  })

  it('only makes, with --no-start', () => {
    expect(text({ a: {} }, nothing(), { start: false })).toMatchInlineSnapshot(`
      "
      1       network.create    p_default  not found
      2 <- 1  container.create  a/1        not found
      "
    `)
  })

  it('brings up the named services and what they need, or with --no-deps those alone', () => {
    expect(text(SHOP, nothing(), { services: ['api'] })).toMatchInlineSnapshot(`
      "
      1         network.create    p_default  not found
      2         volume.create     p_data     not found
      3 <- 1,2  container.create  db/1       not found
      4 <- 1    container.create  api/1      not found
      5 <- 3    container.start   db/1       created
      6 <- 5    wait.healthy      db         needed by api
      7 <- 4,6  container.start   api/1      created
      "
    `)
    expect(text(SHOP, nothing(), { services: ['api'], noDeps: true })).toMatchInlineSnapshot(`
      "
      1       network.create    p_default  not found
      2 <- 1  container.create  api/1      not found
      3 <- 2  container.start   api/1      created
      "
    `)
  })
})

describe('up again', () => {
  it('does nothing and keeps what runs', () => {
    const plan = up(SHOP, running)
    expect(plan.steps).toEqual([])
    expect(plan.kept.map(({ name }) => name)).toEqual(['p-db-1', 'p-api-1', 'p-web-1'])
  })

  it('replaces a service whose configuration changed, and restarts those that ask for it', () => {
    const changed = { ...SHOP, db: { ...SHOP['db'], environment: { TUNED: '1' } } }
    expect(text(changed, running)).toMatchInlineSnapshot(`
      "
      1         container.create  db/1   replaces db/1 (config changed: environment.TUNED)
      2         container.stop    api/1  needs db, which is replaced
      3 <- 1,2  container.stop    db/1   config changed: environment.TUNED
      4 <- 3    container.remove  db/1   config changed: environment.TUNED
      5 <- 1,4  container.rename  db/1   takes the name of p-db-1
      6 <- 5    container.start   db/1   config changed: environment.TUNED
      7 <- 6    wait.healthy      db     needed by api
      8 <- 2,7  container.start   api/1  needs db, which is replaced
      "
    `)
  })

  it('replaces the containers of an image that changed', () => {
    expect(text({ a: {} }, image(after({ a: {} }, nothing()), 'sha256:new'))).toMatchInlineSnapshot(`
      "
      1         container.create  a/1  replaces a/1 (image changed)
      2 <- 1    container.stop    a/1  image changed
      3 <- 2    container.remove  a/1  image changed
      4 <- 1,3  container.rename  a/1  takes the name of p-a-1
      5 <- 4    container.start   a/1  image changed
      "
    `)
  })

  it('replaces those who share with a replaced container', () => {
    const services: Services = { web: {}, side: { network_mode: 'service:web' } }
    const changed = { ...services, web: { tty: true } }
    expect(text(changed, after(services, nothing()))).toMatchInlineSnapshot(`
      "
      1          container.create  web/1   replaces web/1 (config changed: tty)
      2 <- 1     container.create  side/1  replaces side/1 ("web", which it shares with, is made anew)
      3 <- 2     container.stop    side/1  "web", which it shares with, is made anew
      4 <- 1,3   container.stop    web/1   config changed: tty
      5 <- 4     container.remove  web/1   config changed: tty
      6 <- 3     container.remove  side/1  "web", which it shares with, is made anew
      7 <- 1,5   container.rename  web/1   takes the name of p-web-1
      8 <- 2,6   container.rename  side/1  takes the name of p-side-1
      9 <- 7     container.start   web/1   config changed: tty
      10 <- 8,9  container.start   side/1  "web", which it shares with, is made anew
      "
    `)
  })

  it('replaces everything with --force-recreate, and only the named services without --always-recreate-deps', () => {
    const services: Services = { db: {}, web: { depends_on: { db: started } } }
    const there = after(services, nothing())
    expect(text(services, there, { recreate: 'force', services: ['web'] })).toMatchInlineSnapshot(`
      "
      1         container.create  web/1  replaces web/1 (forced)
      2 <- 1    container.stop    web/1  forced
      3 <- 2    container.remove  web/1  forced
      4 <- 1,3  container.rename  web/1  takes the name of p-web-1
      5 <- 4    container.start   web/1  forced
      "
    `)
    expect(text(services, there, { services: ['web'], recreateDeps: 'force' })).toMatchInlineSnapshot(`
      "
      1         container.create  db/1  replaces db/1 (forced)
      2 <- 1    container.stop    db/1  forced
      3 <- 2    container.remove  db/1  forced
      4 <- 1,3  container.rename  db/1  takes the name of p-db-1
      5 <- 4    container.start   db/1  forced
      "
    `)
  })

  it('replaces nothing with --no-recreate', () => {
    expect(text({ a: { tty: true } }, after({ a: {} }, nothing()), { recreate: 'never' })).toBe('\n')
  })

  it('starts what was stopped, in order', () => {
    const stopped = change(change(running, 'db', { state: 'exited', exitCode: 0 }), 'api', {
      state: 'exited',
      exitCode: 137,
    })
    expect(text(SHOP, stopped)).toMatchInlineSnapshot(`
      "
      1       container.start  db/1   exited with code 0
      2 <- 1  wait.healthy     db     needed by api
      3 <- 2  container.start  api/1  exited with code 137
      "
    `)
  })

  it('waits for a running dependency that is not healthy yet', () => {
    const there = change(change(running, 'db', { health: 'starting' }), 'api', { state: 'created' })
    expect(text(SHOP, there)).toMatchInlineSnapshot(`
      "
      1       wait.healthy     db     needed by api
      2 <- 1  container.start  api/1  not started yet
      "
    `)
  })

  it('names x-on-unhealthy and a changed secret as the cause', () => {
    const there = after({ a: {} }, nothing())
    expect(text({ a: { 'x-on-unhealthy': 'restart' } }, there)).toContain('config changed: x-on-unhealthy')
    const secret = (content: string): ProjectOptions => ({ secrets: { s: { name: 'p_s', content } } })
    const services: Services = { a: { secrets: [{ source: 's' }] } }
    const before = after(services, nothing(), {}, secret('one'))
    expect(text(services, before, {}, secret('two'))).toContain('content of a config or secret changed')
    expect(text(services, before, {}, secret('one'))).toBe('\n')
  })
})

describe('jobs that others need to be completed', () => {
  const services: Services = { migrate: {}, web: { depends_on: { migrate: completedWell } } }
  const there = after(services, nothing())

  it('run to their end before what needs them', () => {
    expect(text(services, nothing())).toMatchInlineSnapshot(`
      "
      1         network.create    p_default  not found
      2 <- 1    container.create  migrate/1  not found
      3 <- 1    container.create  web/1      not found
      4 <- 2    container.start   migrate/1  created
      5 <- 4    wait.completed    migrate    needed by web
      6 <- 3,5  container.start   web/1      created
      "
    `)
  })

  it('are left alone when they are done and nobody starts', () => {
    expect(text(services, there)).toBe('\n')
  })

  it('run again for a dependent that starts, when they failed, and when they are named', () => {
    expect(text(services, change(there, 'web', { state: 'exited', exitCode: 0 }))).toMatchInlineSnapshot(`
      "
      1       container.start  migrate/1  exited with code 0
      2 <- 1  wait.completed   migrate    needed by web
      3 <- 2  container.start  web/1      exited with code 0
      "
    `)
    expect(text(services, change(there, 'migrate', { exitCode: 3 }))).toMatchInlineSnapshot(`
      "
      1  container.start  migrate/1  exited with code 3
      "
    `)
    expect(text(services, there, { services: ['migrate'] })).toMatchInlineSnapshot(`
      "
      1  container.start  migrate/1  exited with code 0
      "
    `)
  })
})

describe('scale', () => {
  const three = after({ a: { scale: 3 } }, nothing())

  it('takes away the highest numbers, and counts on from the highest', () => {
    expect(text({ a: { scale: 1 } }, three)).toMatchInlineSnapshot(`
      "
      1       container.stop    a/2  scaled to 1
      2       container.stop    a/3  scaled to 1
      3 <- 1  container.remove  a/2  scaled to 1
      4 <- 2  container.remove  a/3  scaled to 1
      "
    `)
    expect(text({ a: { scale: 4 } }, three)).toMatchInlineSnapshot(`
      "
      1       container.create  a/4  not found
      2 <- 1  container.start   a/4  created
      "
    `)
  })

  it('takes diverged containers away before those that are as they should be', () => {
    const first = three.containers[0]
    const mixed = {
      ...three,
      containers: three.containers.map((container) =>
        container === first
          ? { ...container, labels: { ...container.labels, 'com.docker.compose.config-hash': 'old' } }
          : container,
      ),
    }
    expect(text({ a: { scale: 2 } }, mixed)).toMatchInlineSnapshot(`
      "
      1       container.stop    a/1  scaled to 2
      2 <- 1  container.remove  a/1  scaled to 2
      "
    `)
  })

  it('is impossible with a fixed name or one host port for two containers', () => {
    const port = { mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' }
    const messages = (service: ServiceModel): string[] =>
      up({ a: service }, nothing()).diagnostics.map(({ message }) => message)
    expect(messages({ container_name: 'fixed', scale: 2 })).toEqual([
      'Cannot scale service "a" to 2: container_name "fixed" is one name',
    ])
    expect(messages({ ports: [port], scale: 2 })).toEqual([
      'Host port 8080/tcp is published twice: by "p-a-1" and by "p-a-2"',
    ])
    expect(messages({ ports: [{ ...port, published: '8080-8090' }], scale: 2 })).toEqual([])
  })
})

describe('orphans', () => {
  const there = after({ a: {}, gone: {}, hidden: {} }, nothing())
  const options: ProjectOptions = { disabled: { hidden: {} } }

  it('are named in a warning; services of inactive profiles are none', () => {
    const plan = up({ a: {} }, there, {}, options)
    expect(plan.steps).toEqual([])
    expect(plan.diagnostics.map(({ message }) => message)).toEqual([
      'Found orphan containers (p-gone-1) of project "p"',
    ])
    expect(up({ a: {} }, there, { ignoreOrphans: true }, options).diagnostics).toEqual([])
  })

  it('are removed when that is asked for', () => {
    expect(text({ a: {} }, there, { removeOrphans: true }, options)).toMatchInlineSnapshot(`
      "
      1       container.stop    gone/1  orphan
      2 <- 1  container.remove  gone/1  orphan
      "
    `)
  })
})

describe('networks and volumes', () => {
  const subnet = (cidr: string): ProjectOptions => ({
    networks: { default: { name: 'p_default', ipam: { config: [{ subnet: cidr }] } } },
  })

  it('makes a network of another configuration anew, with the containers on it', () => {
    const there = after({ a: {} }, nothing(), {}, subnet('10.1.0.0/24'))
    expect(text({ a: {} }, there, {}, subnet('10.2.0.0/24'))).toMatchInlineSnapshot(`
      "
      1         container.stop    a/1        not connected to network default
      2 <- 1    network.remove    p_default  config changed
      3 <- 2    network.create    p_default  config changed
      4 <- 3    container.create  a/1        replaces a/1 (not connected to network default)
      5 <- 1,4  container.remove  a/1        not connected to network default
      6 <- 5    container.rename  a/1        takes the name of p-a-1
      7 <- 6    container.start   a/1        not connected to network default
      "
    `)
  })

  it('keeps the network, with a warning, when others are on it', () => {
    const there = after({ a: {}, b: {} }, nothing(), {}, subnet('10.1.0.0/24'))
    const plan = up({ a: {}, b: {} }, there, { services: ['a'] }, subnet('10.2.0.0/24'))
    expect(plan.steps).toEqual([])
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['E_PLAN_DIVERGED'])
  })

  it('never makes a volume anew', () => {
    const volumes = (driver?: string): ProjectOptions => ({
      volumes: { data: { name: 'p_data', ...(driver ? { driver } : {}) } },
    })
    const services: Services = { a: { volumes: [{ type: 'volume', source: 'data', target: '/d', volume: {} }] } }
    const plan = up(services, after(services, nothing(), {}, volumes()), {}, volumes('other'))
    expect(plan.steps).toEqual([])
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['E_PLAN_DIVERGED'])
  })

  it('refuses an external network or volume that is not there, and uses one that is', () => {
    const external: ProjectOptions = {
      networks: { default: { name: 'shared', external: true } },
      volumes: { data: { name: 'kept', external: true } },
    }
    const services: Services = { a: { volumes: [{ type: 'volume', source: 'data', target: '/d', volume: {} }] } }
    expect(up(services, nothing(), {}, external).diagnostics.map(({ message }) => message)).toEqual([
      'Network "shared" is declared as external, but does not exist',
      'Volume "kept" is declared as external, but does not exist',
    ])
    const there: Observed = {
      ...nothing(),
      networks: [{ id: 'n', name: 'shared', labels: {} }],
      volumes: [{ name: 'kept', labels: {} }],
    }
    expect(text(services, there, {}, external)).toMatchInlineSnapshot(`
      "
      1       container.create  a/1  not found
      2 <- 1  container.start   a/1  created
      "
    `)
  })

  it('connects a container that is on an older network of the same name', () => {
    const there = after({ a: {} }, nothing())
    const moved = { ...there, networks: there.networks.map((network) => ({ ...network, id: 'other' })) }
    expect(text({ a: {} }, moved)).toContain('not connected to network default')
  })
})

describe('a replacement that was interrupted', () => {
  const first = after({ a: {} }, nothing())
  const changed: Services = { a: { tty: true } }
  const plan = up(changed, first)
  const stop = (count: number): Observed => applyPlan({ ...plan, steps: plan.steps.slice(0, count) }, first)

  it('is finished from every point', () => {
    expect(text(changed, stop(1))).toMatchInlineSnapshot(`
      "
      1       container.stop    a/1  left by an interrupted replacement
      2 <- 1  container.remove  a/1  left by an interrupted replacement
      3 <- 2  container.rename  a/1  takes the name of p-a-1
      4 <- 3  container.start   a/1  not started yet
      "
    `)
    expect(text(changed, stop(2))).toMatchInlineSnapshot(`
      "
      1       container.remove  a/1  left by an interrupted replacement
      2 <- 1  container.rename  a/1  takes the name of p-a-1
      3 <- 2  container.start   a/1  not started yet
      "
    `)
    expect(text(changed, stop(3))).toMatchInlineSnapshot(`
      "
      1       container.rename  a/1  takes the name of p-a-1
      2 <- 1  container.start   a/1  not started yet
      "
    `)
    expect(text(changed, stop(4))).toMatchInlineSnapshot(`
      "
      1  container.start  a/1  not started yet
      "
    `)
    expect(text(changed, stop(5))).toBe('\n')
  })

  it('is taken back when the model has changed back', () => {
    expect(text({ a: {} }, stop(1))).toMatchInlineSnapshot(`
      "
      1  container.remove  a/1  left by an interrupted replacement
      "
    `)
  })
})

describe('anonymous volumes', () => {
  const name = 'a'.repeat(64)
  const point = {
    Type: 'volume' as const,
    Name: name,
    Source: '/v',
    Destination: '/d',
    Mode: '',
    RW: true,
    Propagation: '',
  }
  const services: Services = { a: { volumes: [{ type: 'volume', target: '/d', volume: {} }] } }
  const there = change(after(services, nothing()), 'a', { mounts: [point] })
  const changed: Services = { a: { ...services['a'], tty: true } }
  const inherited = (policy: Partial<UpPolicy>) =>
    up(changed, there, policy).steps.flatMap(({ action }) => (action.kind === 'container.create' ? action.inherit : []))

  it('go on in the new container, unless -V asks for new ones', () => {
    expect(inherited({})).toEqual([point])
    expect(inherited({ renewAnonymousVolumes: true })).toEqual([])
  })
})

describe('images', () => {
  const codes = (service: ServiceModel, policy: Partial<UpPolicy>): string[] =>
    up({ a: service }, nothing([]), policy).diagnostics.map(({ message }) => message)

  it('are an error when they may neither be pulled nor built', () => {
    expect(codes({ pull_policy: 'never' }, {})).toEqual([
      'Image "busybox" of service "a" is not there and it may not be pulled',
    ])
    expect(codes({ build: { context: '/' } }, { build: false })).toEqual([
      'Image "p-a" of service "a" is not there and it may not be built',
    ])
  })

  it('are fetched although they are there when that is asked for', () => {
    const there = nothing(['busybox', 'p-b'])
    const services: Services = { a: {}, b: { build: { context: '/' } } }
    const kinds = (policy: Partial<UpPolicy>): string[] =>
      up(services, there, policy).steps.flatMap(({ action }) => (action.kind.startsWith('image.') ? [action.kind] : []))
    expect(kinds({})).toEqual([])
    expect(kinds({ pull: 'always' })).toEqual(['image.pull'])
    expect(kinds({ build: true })).toEqual(['image.build'])
    expect(kinds({ build: true, pull: 'always', fetched: new Set(['p-b']) })).toEqual(['image.pull'])
  })
})

describe('services that do not exist', () => {
  it('are an error with the nearest name', () => {
    expect(up(SHOP, nothing(), { services: ['wbe'] }).diagnostics).toEqual([
      {
        severity: 'error',
        code: 'E_PLAN_SERVICE_UNKNOWN',
        message: 'No such service: "wbe"',
        hint: 'did you mean "web"?',
      },
    ])
  })
})
