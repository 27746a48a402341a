import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import type { Desired } from '../../../src/plan/desired.ts'
import { diff } from '../../../src/plan/diff.ts'
import { downPolicy, planDown } from '../../../src/plan/down.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { renderPlan } from '../../../src/plan/render.ts'
import { applyPlan, nothing } from '../../support/apply-plan.ts'
import { desiredOf } from '../../support/project.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const

const condition = fc.constantFrom(
  'service_started' as const,
  'service_healthy' as const,
  'service_completed_successfully' as const,
)

/** One service; it needs only those before it in NAMES, so that there is no cycle. */
const serviceAt = (index: number): fc.Arbitrary<ServiceModel> => {
  const earlier = NAMES.slice(0, index)
  const some = fc.subarray([...earlier])
  const dependency = fc.record({ condition, restart: fc.boolean(), required: fc.boolean() })
  return fc
    .record({
      image: fc.constantFrom('busybox', 'nginx', 'missing'),
      value: fc.constantFrom('1', '2'),
      scale: fc.integer({ min: 0, max: 3 }),
      needs: some,
      dependencies: fc.array(dependency, { minLength: NAMES.length, maxLength: NAMES.length }),
      links: some,
      from: some,
      shares: fc.option(fc.constantFrom(...(earlier.length > 0 ? earlier : [undefined]))),
      networks: fc.subarray(['default', 'back'], { minLength: 1 }),
      volumes: fc.subarray(['data', 'logs']),
      onUnhealthy: fc.boolean(),
      build: fc.boolean(),
    })
    .map((given): ServiceModel => {
      const placement = given.shares
        ? { network_mode: `service:${given.shares}` }
        : { networks: Object.fromEntries(given.networks.map((key) => [key, null])) }
      return {
        image: given.image,
        environment: { VALUE: given.value },
        scale: given.scale,
        depends_on: Object.fromEntries(
          given.needs.map((name, at) => [
            name,
            given.dependencies[at] ?? { condition: 'service_started', required: true },
          ]),
        ),
        links: given.links,
        volumes_from: given.from,
        volumes: given.volumes.map((key) => ({ type: 'volume', source: key, target: `/${key}`, volume: {} })),
        ...placement,
        ...(given.onUnhealthy ? { 'x-on-unhealthy': 'restart' } : {}),
        ...(given.build ? { build: { context: '/ctx' } } : {}),
      }
    })
}

const policy = upPolicy({ removeOrphans: true })

const desired: fc.Arbitrary<Desired> = fc
  .record({
    services: fc.tuple(...NAMES.map((_, index) => serviceAt(index))),
    count: fc.integer({ min: 1, max: NAMES.length }),
    subnet: fc.constantFrom('10.1.0.0/24', '10.2.0.0/24'),
  })
  .map(({ services, count, subnet }) =>
    desiredOf(Object.fromEntries(NAMES.slice(0, count).map((name, index) => [name, services[index] ?? {}])), {
      networks: {
        default: { name: 'p_default', ipam: {} },
        back: { name: 'p_back', ipam: { config: [{ subnet }] } },
      },
      volumes: { data: { name: 'p_data' }, logs: { name: 'p_logs' } },
    }),
  )

/** Names that a service shares a namespace or volumes with have containers. */
const possible = desired.filter((want) =>
  diff(want, nothing(), policy).diagnostics.every(({ severity }) => severity !== 'error'),
)

const upOnce = (want: Desired, there: Observed): Observed => applyPlan(diff(want, there, policy), there)

/** Containers of random states: some stopped, some died, some with another's number, as after a crash. */
const disturb = (observed: Observed, seeds: readonly number[]): Observed => ({
  ...observed,
  containers: observed.containers.flatMap((container, index) => {
    const seed = seeds[index % seeds.length] ?? 0
    if (seed % 7 === 0) return []
    if (seed % 7 === 1) return [{ ...container, state: 'exited' as const, health: 'none' as const, exitCode: seed % 2 }]
    if (seed % 7 === 2)
      return [container, { ...container, id: `${container.id.slice(1)}f`, name: `0123456789ab_${container.name}` }]
    if (seed % 7 === 3) return [{ ...container, state: 'dead' as const }]
    return [container]
  }),
})

describe('a plan that was carried out', { timeout: 60_000 }, () => {
  it('leaves an empty difference, from nothing', () => {
    fc.assert(
      fc.property(possible, (want) => {
        const after = upOnce(want, nothing(['busybox', 'nginx']))
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('leaves an empty difference, from another project of the same name', () => {
    fc.assert(
      fc.property(possible, possible, (before, want) => {
        const after = upOnce(want, upOnce(before, nothing(['busybox', 'nginx'])))
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('leaves an empty difference, from what a crash left', () => {
    fc.assert(
      fc.property(possible, possible, fc.array(fc.nat(), { minLength: 1 }), (before, want, seeds) => {
        const broken = disturb(upOnce(before, nothing(['busybox', 'nginx'])), seeds)
        const after = upOnce(want, broken)
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('has steps that name only earlier steps, and every container name once at a time', () => {
    fc.assert(
      fc.property(possible, possible, fc.array(fc.nat(), { minLength: 1 }), (before, want, seeds) => {
        const there = disturb(upOnce(before, nothing(['busybox', 'nginx'])), seeds)
        const plan = diff(want, there, policy)
        for (const { id, after, afterEnd } of plan.steps) {
          expect([...after, ...afterEnd].every((other) => other < id)).toBe(true)
        }
        const names = applyPlan(plan, there).containers.map(({ name }) => name)
        expect(new Set(names).size).toBe(names.length)
      }),
      { numRuns: 80 },
    )
  })

  it('leaves nothing after down -v', () => {
    fc.assert(
      fc.property(possible, (want) => {
        const there = upOnce(want, nothing(['busybox', 'nginx']))
        const after = applyPlan(planDown(there, downPolicy({ volumes: true }), want), there)
        expect({ ...after, images: {} }).toEqual({
          project: 'p',
          containers: [],
          networks: [],
          volumes: [],
          images: {},
        })
      }),
      { numRuns: 80 },
    )
  })
})
