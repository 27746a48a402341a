import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { diff } from '../../../src/plan/diff.ts'
import { type DownPolicy, downPolicy, planDown } from '../../../src/plan/down.ts'
import { labelGraph } from '../../../src/plan/label-graph.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { renderPlan } from '../../../src/plan/render.ts'
import { applyPlan, nothing } from '../../support/apply-plan.ts'
import { desiredOf, healthy, started } from '../../support/project.ts'

const services: Readonly<Record<string, ServiceModel>> = {
  db: { volumes: [{ type: 'volume', source: 'data', target: '/data', volume: {} }] },
  api: { depends_on: { db: healthy }, build: { context: '/api' } },
  web: { depends_on: { api: started } },
}
const desired = desiredOf(services, { volumes: { data: { name: 'p_data' } } })
const observed = applyPlan(diff(desired, nothing(), upPolicy()), nothing())
const text = (policy: Partial<DownPolicy> = {}, withModel = true): string =>
  `\n${renderPlan(planDown(observed, downPolicy(policy), withModel ? desired : undefined))}`

describe('down', () => {
  it('stops what needs others first, and removes each as soon as it is stopped', () => {
    expect(text()).toMatchInlineSnapshot(`
      "
      1           container.stop    web/1      project goes down
      2 <- 1      container.remove  web/1      project goes down
      3 <- 1      container.stop    api/1      project goes down
      4 <- 3      container.remove  api/1      project goes down
      5 <- 3      container.stop    db/1       project goes down
      6 <- 5      container.remove  db/1       project goes down
      7 <- 2,4,6  network.remove    p_default  project goes down
      "
    `)
  })

  it('needs no compose file: labels say what depends on what', () => {
    expect(text({}, false)).toBe(text())
    expect(labelGraph(observed).edges.map(({ from, to, condition }) => `${from} ${to} ${condition}`)).toEqual([
      'api db service_healthy',
      'web api service_started',
    ])
  })

  it('takes volumes and images too when that is asked for', () => {
    expect(text({ volumes: true, images: 'local', timeout: 3 })).toMatchInlineSnapshot(`
      "
      1           container.stop    web/1      project goes down
      2 <- 1      container.remove  web/1      project goes down
      3 <- 1      container.stop    api/1      project goes down
      4 <- 3      container.remove  api/1      project goes down
      5 <- 3      container.stop    db/1       project goes down
      6 <- 5      container.remove  db/1       project goes down
      7 <- 2,4,6  network.remove    p_default  project goes down
      8 <- 4      image.remove      p-api      asked for with --rmi local
      9 <- 6      volume.remove     p_data     asked for with -v
      "
    `)
    const images = (kind: 'local' | 'all'): string[] =>
      planDown(observed, downPolicy({ images: kind }), desired).steps.flatMap(({ action }) =>
        action.kind === 'image.remove' ? [action.image] : [],
      )
    expect(images('local')).toEqual(['p-api'])
    expect(images('all')).toEqual(['busybox', 'p-api'])
  })

  it('hands the timeout to every stop and -v to every removal', () => {
    const { steps } = planDown(observed, downPolicy({ timeout: 3, volumes: true }), desired)
    const stops = steps.flatMap(({ action }) => (action.kind === 'container.stop' ? [action.timeout] : []))
    const removals = steps.flatMap(({ action }) => (action.kind === 'container.remove' ? [action.volumes] : []))
    expect([stops, removals]).toEqual([
      [3, 3, 3],
      [true, true, true],
    ])
  })

  it('keeps what others still use when services are named', () => {
    expect(text({ services: ['web'], volumes: true })).toMatchInlineSnapshot(`
      "
      1       container.stop    web/1  project goes down
      2 <- 1  container.remove  web/1  project goes down
      "
    `)
  })

  it('names orphans, and removes them when that is asked for', () => {
    const { db, api } = services
    const smaller = desiredOf({ db: db ?? {}, api: api ?? {} }, { volumes: { data: { name: 'p_data' } } })
    const keep = planDown(observed, downPolicy(), smaller)
    expect(keep.diagnostics.map(({ message }) => message)).toEqual(['Found orphan containers (p-web-1) of project "p"'])
    expect(renderPlan(keep)).not.toContain('web/1')
    expect(renderPlan(planDown(observed, downPolicy({ removeOrphans: true }), smaller))).toContain('web/1')
  })

  it('keeps the order over a service in between that has nothing to stop', () => {
    const there = {
      ...observed,
      containers: observed.containers.map((container) =>
        container.service === 'api' ? { ...container, state: 'exited' as const } : container,
      ),
    }
    const { steps } = planDown(there, downPolicy(), desired)
    const stops = steps.filter(({ action }) => action.kind === 'container.stop')
    expect(stops.map(({ after }) => after)).toEqual([[], [stops[0]?.id]])
  })

  it('says when a named service does not exist', () => {
    expect(planDown(observed, downPolicy({ services: ['wep'] }), desired).diagnostics).toMatchObject([
      { severity: 'error', code: 'E_PLAN_SERVICE_UNKNOWN', hint: 'did you mean "web"?' },
    ])
  })
})
