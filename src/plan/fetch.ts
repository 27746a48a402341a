import type { Diagnostic } from '../errors/diagnostic.ts'
import { defined } from '../lib/defined.ts'
import type { Action } from './action.ts'
import type { Desired, DesiredService } from './desired.ts'
import { containersOf, imageIdOf } from './lookup.ts'
import type { Observed } from './observed.ts'
import { type Plan, PlanBuilder } from './plan.ts'
import type { UpPolicy } from './policy.ts'
import { scopeOf } from './scope.ts'

/** What must happen to a service's image before a container can be made of it. */
export type Fetch =
  | { readonly kind: 'none' }
  | { readonly kind: 'step'; readonly action: Action<'image.pull' | 'image.build'>; readonly cause: string }
  | { readonly kind: 'impossible'; readonly diagnostic: Diagnostic }

const NONE: Fetch = { kind: 'none' }

/**
 * A service with `build` is built where its image is missing, and never looked for in a registry: a private name must
 * not be taken from a public one. Everything else is pulled by its policy, `--pull` before `pull_policy`.
 */
export const fetchOf = (service: DesiredService, observed: Observed, policy: UpPolicy): Fetch => {
  if (policy.fetched.has(service.image)) return NONE
  const found = imageIdOf(observed, service.image) !== undefined
  const pull = policy.pull ?? service.pullPolicy
  if (service.build) {
    if (policy.build === true || (pull === 'build' && policy.build !== false)) {
      return build(service, policy, policy.build ? 'asked for' : 'pull policy "build"')
    }
    if (found) return NONE
    return policy.build === false ? impossible(service, 'it may not be built') : build(service, policy, 'not found')
  }
  if (pull === 'always') return pullOf(service, 'pull policy "always"')
  if (found) return NONE
  return pull === 'never' ? impossible(service, 'it may not be pulled') : pullOf(service, 'not found')
}

const build = (service: DesiredService, policy: UpPolicy, cause: string): Fetch => {
  if (!service.build) return NONE
  const pull = policy.pull === 'always' || service.build.pull === true
  const { image, name } = service
  return { kind: 'step', action: { kind: 'image.build', image, service: name, build: service.build, pull }, cause }
}

const pullOf = ({ image, name, platform }: DesiredService, cause: string): Fetch => ({
  kind: 'step',
  action: defined({ kind: 'image.pull' as const, image, service: name, platform }),
  cause,
})

const impossible = (service: DesiredService, why: string): Fetch => ({
  kind: 'impossible',
  diagnostic: {
    severity: 'error',
    code: 'E_PLAN_IMAGE',
    message: `Image "${service.image}" of service "${service.name}" is not there and ${why}`,
  },
})

/** Adds one step for every image that must be fetched; answers the step by image. */
export const addFetches = (
  builder: PlanBuilder,
  services: readonly DesiredService[],
  given: { readonly observed: Observed; readonly policy: UpPolicy },
): Map<string, number> => {
  const steps = new Map<string, number>()
  for (const service of services) {
    if (service.scale === 0 || steps.has(service.image)) continue
    const fetch = fetchOf(service, given.observed, given.policy)
    if (fetch.kind === 'step') steps.set(service.image, builder.add(fetch.action, fetch.cause))
    if (fetch.kind === 'impossible') builder.report([fetch.diagnostic])
  }
  return steps
}

/**
 * The fetches on which it depends whether containers that exist are made anew: images of services that have some.
 * `diff` cannot know what they will bring; where this plan has steps it is run first, and `diff` is given what was
 * observed after it, with the images in `policy.fetched`.
 */
export const planFetches = (desired: Desired, observed: Observed, policy: UpPolicy): Plan => {
  const builder = new PlanBuilder(desired.project)
  const { services } = scopeOf(desired, policy)
  const existing = services.filter((service) => containersOf(observed, service.name).length > 0)
  addFetches(builder, existing, { observed, policy })
  return builder.build()
}

/** Images that the steps of a plan fetch. */
export const fetchedBy = (plan: Plan): Set<string> =>
  new Set(
    plan.steps.flatMap(({ action }) =>
      action.kind === 'image.pull' || action.kind === 'image.build' ? [action.image] : [],
    ),
  )
