import type { Desired } from '../../plan/desired.ts'
import { diff } from '../../plan/diff.ts'
import { fetchedBy, planFetches } from '../../plan/fetch.ts'
import type { Plan } from '../../plan/plan.ts'
import type { UpPolicy } from '../../plan/policy.ts'
import { observe, observeImages } from '../../scheduler/observe.ts'
import { type CarryOutOptions, carryOut } from '../carry-out.ts'
import type { ComposeContext } from '../compose-context.ts'

export interface PlanUpOptions extends CarryOutOptions {
  readonly policy: UpPolicy
  /** Nothing may be changed: then all fetches are steps of the plan. */
  readonly dryRun: boolean
}

/** What `up` has to do. Images on which it depends what that is are fetched first. */
export const planUp = async (cx: ComposeContext, desired: Desired, options: PlanUpOptions): Promise<Plan> => {
  const { policy, dryRun, signal = cx.signal } = options
  const engine = await cx.engine()
  const observed = await observe(engine, { project: desired.project, signal })
  const fetches = planFetches(desired, observed, policy)
  if (dryRun || fetches.steps.length === 0) return diff(desired, observed, policy)
  await carryOut(cx, { ...fetches, diagnostics: [] }, options)
  const images = await observeImages(engine, signal)
  return diff(desired, { ...observed, images }, { ...policy, fetched: fetchedBy(fetches) })
}
