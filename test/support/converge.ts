import type { Desired } from '../../src/plan/desired.ts'
import { diff } from '../../src/plan/diff.ts'
import { fetchedBy, planFetches } from '../../src/plan/fetch.ts'
import type { Observed } from '../../src/plan/observed.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { type UpPolicy, upPolicy } from '../../src/plan/policy.ts'
import type { EnginePort } from '../../src/port/engine-port.ts'
import { observe, observeImages } from '../../src/scheduler/observe.ts'
import type { RunOptions, RunReport } from '../../src/scheduler/run-options.ts'
import { messageOf } from '../../src/errors/app-error.ts'
import { runPlan } from '../../src/scheduler/run-plan.ts'

export interface Convergence {
  readonly plan: Plan
  readonly report: RunReport
  /** What there was before. */
  readonly observed: Observed
}

/**
 * What `up` does: looks, fetches the images on which it depends what has to be done, and carries out the
 * difference.
 * @throws the first failure of a fetch; see `runPlan` for the rest
 */
export const converge = async (
  desired: Desired,
  engine: EnginePort,
  { policy = upPolicy(), ...options }: RunOptions & { readonly policy?: UpPolicy } = {},
): Promise<Convergence> => {
  const { signal } = options
  const before = await observe(engine, { project: desired.project, ...(signal ? { signal } : {}) })
  const fetches = planFetches(desired, before, policy)
  const fetched = fetchedBy(fetches)
  const observed = await afterFetches(fetches, before, { engine, options })
  const plan = diff(desired, observed, { ...policy, fetched: new Set([...policy.fetched, ...fetched]) })
  return { plan, report: await runPlan(plan, engine, options), observed }
}

const afterFetches = async (
  fetches: Plan,
  before: Observed,
  { engine, options }: { readonly engine: EnginePort; readonly options: RunOptions },
): Promise<Observed> => {
  if (fetches.steps.length === 0) return before
  const error = reportError(await runPlan({ ...fetches, diagnostics: [] }, engine, options))
  if (error !== undefined) throw error
  return { ...before, images: await observeImages(engine, options.signal) }
}

/** The first failure of a run, or undefined when every step was done. */
export const reportError = (report: RunReport): Error | undefined => {
  const [first] = report.failed
  if (!first) return undefined
  return first.error instanceof Error ? first.error : new Error(messageOf(first.error))
}
