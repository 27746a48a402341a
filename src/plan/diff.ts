import { checkDecisions } from './checks.ts'
import { decide } from './decide.ts'
import type { Desired } from './desired.ts'
import type { Draft } from './draft.ts'
import { addFetches } from './fetch.ts'
import { addContainers, addNetworks, addVolumes } from './make-phase.ts'
import type { Observed } from './observed.ts'
import { orphanWarning, orphansOf } from './orphans.ts'
import { type Plan, PlanBuilder } from './plan.ts'
import type { UpPolicy } from './policy.ts'
import { scopeOf } from './scope.ts'
import { addStarts } from './start-phase.ts'
import { addRemovals, addStops } from './stop-phase.ts'
import { survey } from './survey.ts'

/**
 * What leads from what there is to what should be, for `up` and `create`. Pure and total: nothing is thrown but a
 * cycle, all that stands in the way is a diagnostic; a plan that was carried out leaves an empty difference.
 *
 * Steps come in this order, joined by `after` only where one needs the other: images; networks and volumes;
 * containers made, beside the ones that they replace; old ones stopped (those that need them first), removed, and the
 * new ones given their names; starts, each as soon as all that it needs is ready.
 * @throws E_GRAPH_CYCLE
 */
export const diff = (desired: Desired, observed: Observed, policy: UpPolicy): Plan => {
  const builder = new PlanBuilder(desired.project)
  const scope = scopeOf(desired, policy)
  const orphans = orphansOf(desired, observed)
  const removedOrphans = policy.removeOrphans ? orphans : []
  const found = survey({ desired, observed, policy, scope, orphans: removedOrphans })
  const decisions = decide(scope, { desired, observed, policy, networkIds: found.networkIds })
  builder.report([...desired.diagnostics, ...scope.diagnostics, ...found.diagnostics])
  builder.report(checkDecisions(decisions, observed))
  if (!policy.removeOrphans && !policy.ignoreOrphans) builder.report(orphanWarning(orphans, desired.project))
  const draft: Draft = {
    builder,
    desired,
    observed,
    policy,
    scope,
    survey: found,
    decisions,
    orphans: removedOrphans,
    fetches: addFetches(builder, scope.services, { observed, policy }),
    networks: new Map(),
    volumes: new Map(),
    made: new Map(),
    stops: new Map(),
    ready: new Map(),
  }
  for (const phase of phases(draft)) phase(draft)
  return builder.build()
}

/** A network that is made anew must be empty first: then the stops come before everything that needs it. */
const phases = (draft: Draft): ((draft: Draft) => void)[] =>
  draft.survey.divergedNetworks.length > 0
    ? [addStops, addNetworks, addVolumes, addContainers, addRemovals, addStarts]
    : [addNetworks, addVolumes, addContainers, addStops, addRemovals, addStarts]
