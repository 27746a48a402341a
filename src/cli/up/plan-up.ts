import type { Desired } from '../../plan/desired.ts'
import { diff } from '../../plan/diff.ts'
import { fetchedBy, planFetches } from '../../plan/fetch.ts'
import type { Plan } from '../../plan/plan.ts'
import type { UpPolicy } from '../../plan/policy.ts'
import { observe, observeImages } from '../../scheduler/observe.ts'
import { type CarryOutOptions, carryOut } from '../carry-out.ts'
import type { ComposeContext } from '../compose-context.ts'
import { takenPorts } from './taken-ports.ts'

export interface PlanUpOptions extends CarryOutOptions {
  readonly policy: UpPolicy
  /** Nothing may be changed: then all fetches are steps of the plan. */
  readonly dryRun: boolean
}

/**
 * What `up` has to do. Images on which it depends what that is are fetched first, unless something stands in the way of
 * the plan anyhow.
 */
export const planUp = async (cx: ComposeContext, desired: Desired, options: PlanUpOptions): Promise<Plan> => {
  const { policy, dryRun, signal = cx.signal } = options
  const engine = await cx.engine()
  const observed = await observe(engine, { project: desired.project, signal })
  const plan = diff(desired, observed, policy)
  if (dryRun) return plan
  const diagnostics = [...plan.diagnostics, ...(await takenPorts(cx, { desired, plan, signal }))]
  const fetches = planFetches(desired, observed, policy)
  if (fetches.steps.length === 0) return { ...plan, diagnostics }
  await carryOut(cx, { ...fetches, diagnostics: diagnostics.filter(({ severity }) => severity === 'error') }, options)
  const images = await observeImages(engine, signal)
  return diff(desired, { ...observed, images }, { ...policy, fetched: fetchedBy(fetches) })
}
