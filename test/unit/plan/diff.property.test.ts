import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/plan/desired.ts'
import { diff } from '../../../src/plan/diff.ts'
import { downPolicy, planDown } from '../../../src/plan/down.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { renderPlan } from '../../../src/plan/render.ts'
import { anyDesired } from '../../support/any-desired.ts'
import { applyPlan, nothing } from '../../support/apply-plan.ts'

const policy = upPolicy({ removeOrphans: true })
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
      fc.property(anyDesired, (want) => {
        const after = upOnce(want, nothing(['busybox', 'nginx']))
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('leaves an empty difference, from another project of the same name', () => {
    fc.assert(
      fc.property(anyDesired, anyDesired, (before, want) => {
        const after = upOnce(want, upOnce(before, nothing(['busybox', 'nginx'])))
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('leaves an empty difference, from what a crash left', () => {
    fc.assert(
      fc.property(anyDesired, anyDesired, fc.array(fc.nat(), { minLength: 1 }), (before, want, seeds) => {
        const broken = disturb(upOnce(before, nothing(['busybox', 'nginx'])), seeds)
        const after = upOnce(want, broken)
        expect(renderPlan({ ...diff(want, after, policy), diagnostics: [] })).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('has steps that name only earlier steps, and every container name once at a time', () => {
    fc.assert(
      fc.property(anyDesired, anyDesired, fc.array(fc.nat(), { minLength: 1 }), (before, want, seeds) => {
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
      fc.property(anyDesired, (want) => {
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
