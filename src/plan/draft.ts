import type { ContainerRef } from './action.ts'
import type { Decision, Made } from './decide.ts'
import type { Desired } from './desired.ts'
import { refOf } from './lookup.ts'
import type { Observed, ObservedContainer } from './observed.ts'
import type { PlanBuilder } from './plan.ts'
import type { UpPolicy } from './policy.ts'
import type { Scope } from './scope.ts'
import type { Survey } from './survey.ts'

/** A plan in the making: what the phases of `diff` share. Step ids by what they are about. */
export interface Draft {
  readonly builder: PlanBuilder
  readonly desired: Desired
  readonly observed: Observed
  readonly policy: UpPolicy
  readonly scope: Scope
  readonly survey: Survey
  readonly decisions: ReadonlyMap<string, Decision>
  /** The ones to remove. */
  readonly orphans: readonly ObservedContainer[]
  /** By image. */
  readonly fetches: ReadonlyMap<string, number>
  /** By key in the model. */
  readonly networks: Map<string, number>
  readonly volumes: Map<string, number>
  /** Creations, by final name. */
  readonly made: Map<string, number>
  /** By container id. */
  readonly stops: Map<string, number>
  /** Steps after which a container may be started: its creation or, when it replaces one, its rename. By final name. */
  readonly ready: Map<string, number>
}

export const madeRef = (service: string, made: Made): ContainerRef => ({
  target: made.name,
  name: made.name,
  service,
  number: made.number,
})

/** The containers that a service will have, by number. */
export const futureContainers = (decision: Decision): ContainerRef[] => {
  const names = new Map(decision.renamed.map(({ container, name }) => [container.id, name]))
  const kept = decision.kept.map((container) => ({
    ...refOf(container),
    name: names.get(container.id) ?? container.name,
  }))
  const made = decision.made.map((one) => madeRef(decision.service.name, one))
  return [...kept, ...made].sort((a, b) => a.number - b.number)
}

/** Services whose containers, in this plan, give way to new ones. */
export const isReplaced = (decision: Decision | undefined): boolean =>
  decision?.made.some((made) => made.replaces !== undefined) ?? false
