import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { diff } from '../../../src/plan/diff.ts'
import { type LifecycleInput, planKill, planRestart, planStart, planStop } from '../../../src/plan/lifecycle.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { renderPlan } from '../../../src/plan/render.ts'
import { applyPlan, nothing } from '../../support/apply-plan.ts'
import { desiredOf, healthy } from '../../support/project.ts'

const services: Readonly<Record<string, ServiceModel>> = {
  db: { scale: 2 },
  api: { depends_on: { db: { ...healthy, restart: true } } },
  web: { links: ['api'] },
}
const desired = desiredOf(services)
const observed = applyPlan(diff(desired, nothing(), upPolicy()), nothing())
const stopped = applyPlan(planStop({ observed, desired, services: [] }), observed)
const text = (plan: Plan): string => `\n${renderPlan(plan)}`
const input = (given: Partial<LifecycleInput> = {}): LifecycleInput => ({ observed, desired, services: [], ...given })

describe('stop', () => {
  it('goes from what needs others to what is needed', () => {
    expect(text(planStop(input({ timeout: 5 })))).toMatchInlineSnapshot(`
      "
      1       container.stop  web/1  asked for
      2 <- 1  container.stop  api/1  asked for
      3 <- 2  container.stop  db/1   asked for
      4 <- 2  container.stop  db/2   asked for
      "
    `)
  })

  it('has nothing to do for what is stopped, and touches only the named services', () => {
    expect(text(planStop(input({ observed: stopped })))).toBe('\n')
    expect(text(planStop(input({ services: ['api'] })))).toMatchInlineSnapshot(`
      "
      1  container.stop  api/1  asked for
      "
    `)
  })
})

describe('start', () => {
  it('goes the other way and waits for conditions', () => {
    expect(text(planStart(input({ observed: stopped })))).toMatchInlineSnapshot(`
      "
      1         container.start  db/1   asked for
      2         container.start  db/2   asked for
      3 <- 1,2  wait.healthy     db     needed by api
      4 <- 3    container.start  api/1  asked for
      5 <- 4    container.start  web/1  asked for
      "
    `)
  })

  it('keeps what runs', () => {
    const plan = planStart(input())
    expect([plan.steps, plan.kept.length]).toEqual([[], 4])
  })

  it('is an error for a named service without containers', () => {
    expect(planStart({ ...input({ observed: nothing() }), services: ['db'] }).diagnostics).toMatchObject([
      { severity: 'error', message: 'Service "db" has no container to start' },
    ])
  })
})

describe('restart', () => {
  it('takes those with it that ask for it, transitively, unless --no-deps', () => {
    expect(text(planRestart({ ...input({ services: ['db'] }), noDeps: false }))).toMatchInlineSnapshot(`
      "
      1         container.restart  db/1   asked for
      2         container.restart  db/2   asked for
      3 <- 1,2  container.restart  api/1  needs a service that is restarted
      4 <- 3    container.restart  web/1  needs a service that is restarted
      "
    `)
    expect(text(planRestart({ ...input({ services: ['db'] }), noDeps: true }))).toMatchInlineSnapshot(`
      "
      1  container.restart  db/1  asked for
      2  container.restart  db/2  asked for
      "
    `)
  })
})

describe('kill', () => {
  it('is for all at once', () => {
    expect(text(planKill({ ...input(), signal: 'SIGKILL' }))).toMatchInlineSnapshot(`
      "
      1  container.kill  db/1   asked for
      2  container.kill  db/2   asked for
      3  container.kill  api/1  asked for
      4  container.kill  web/1  asked for
      "
    `)
  })
})
