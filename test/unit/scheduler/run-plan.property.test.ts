import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/plan/desired.ts'
import { downPolicy, planDown } from '../../../src/plan/down.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { observe } from '../../../src/scheduler/observe.ts'
import { runPlan } from '../../../src/scheduler/run-plan.ts'
import { anyDesired } from '../../support/any-desired.ts'
import { converge, reportError } from '../../support/converge.ts'
import { FakeEngine } from '../../support/fake-engine.ts'

const policy = upPolicy({ removeOrphans: true })
const buildContext = () => Promise.resolve({ archive: (async function* () {})() })

/** Every service ends well if others need that, and becomes healthy if others need that. */
const engineFor = (...projects: readonly Desired[]): FakeEngine => {
  const edges = projects.flatMap(({ graph }) => graph.edges)
  const jobs = edges.filter(({ condition }) => condition === 'service_completed_successfully').map(({ to }) => to)
  return new FakeEngine({
    images: ['busybox', 'nginx'],
    behaviours: Object.fromEntries(jobs.map((name) => [name, { exitCode: 0 }])),
  })
}

/** A service that one needs healthy and another completed cannot be both. */
const isPossible = ({ graph }: Desired): boolean =>
  graph.edges.every((edge) => edge.condition !== 'service_healthy' || !edge.required)

describe('a plan that is run as parallel as it may be', () => {
  it(
    'has every step done, from nothing and from another project, and down leaves nothing',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyDesired.filter(isPossible), anyDesired.filter(isPossible), async (before, want) => {
          const engine = engineFor(before, want)
          for (const desired of [before, want]) {
            const { report } = await converge(desired, engine, { policy, buildContext })
            expect([reportError(report), report.skipped]).toEqual([undefined, []])
          }
          const observed = await observe(engine, { project: 'p' })
          const down = await runPlan(planDown(observed, downPolicy({ volumes: true }), want), engine)
          expect(down.failed).toEqual([])
          expect([engine.summary(), engine.state.networks.size]).toEqual([[], 0])
        }),
        { numRuns: 60 },
      )
    },
  )
})
