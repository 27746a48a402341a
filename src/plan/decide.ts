import type { Desired, DesiredService } from './desired.ts'
import { LABEL } from './labels.ts'
import { containersOf, imageIdOf } from './lookup.ts'
import { containerName } from './names.ts'
import type { Observed, ObservedContainer } from './observed.ts'
import type { UpPolicy } from './policy.ts'
import { type Expected, recreateCause } from './recreate-cause.ts'
import type { Scope } from './scope.ts'

/** What becomes of the containers of one service. */
export interface Decision {
  readonly service: DesiredService
  readonly kept: readonly ObservedContainer[]
  /** Kept ones that still carry a temporary name. */
  readonly renamed: readonly { readonly container: ObservedContainer; readonly name: string }[]
  readonly made: readonly Made[]
  /** Too many, or left over from an interrupted replacement. */
  readonly removed: readonly { readonly container: ObservedContainer; readonly cause: string }[]
}

export interface Made {
  readonly number: number
  readonly name: string
  readonly cause: string
  readonly replaces?: ObservedContainer
}

interface DecideInput {
  readonly desired: Desired
  readonly observed: Observed
  readonly policy: UpPolicy
  /** Id by name of the networks that stay. */
  readonly networkIds: ReadonlyMap<string, string>
}

/** One decision for every service in scope, by name; owners of shared namespaces and volumes before those who share. */
export const decide = (scope: Scope, input: DecideInput): Map<string, Decision> => {
  const decisions = new Map<string, Decision>()
  const keptOwner = (name: string): string | undefined => {
    const decision = decisions.get(name)
    const [first] = decision?.kept ?? containersOf(input.observed, name)
    const madeBefore = decision?.made.some((made) => first !== undefined && made.number < first.number)
    return madeBefore ? undefined : first?.id
  }
  for (const service of scope.services) {
    const recreate = scope.targets.has(service.name) ? input.policy.recreate : input.policy.recreateDeps
    const imageId = imageIdOf(input.observed, service.image)
    const expected = { service, recreate, imageId, networkIds: input.networkIds, keptOwner }
    decisions.set(service.name, decideService(input, expected))
  }
  return decisions
}

/** Of one number: the container to go on with, why it must be made anew if it must, and the ones too many. */
interface Slot {
  readonly number: number
  readonly container: ObservedContainer
  readonly cause: string | undefined
  readonly spare: readonly ObservedContainer[]
}

const decideService = ({ desired, observed }: DecideInput, expected: Expected): Decision => {
  const { service } = expected
  const existing = containersOf(observed, service.name).filter((container) => container.state !== 'removing')
  const slots = slotsOf(existing, expected)
  const wanted = slots.slice(0, service.scale)
  const surplus = slots.slice(service.scale)
  const name = (number: number): string => containerName(desired.project, service, number)
  const kept = wanted.filter((slot) => slot.cause === undefined).map((slot) => slot.container)
  const next = Math.max(0, ...existing.map((container) => container.number)) + 1
  const added = Array.from({ length: Math.max(0, service.scale - wanted.length) }, (_, index) => next + index)
  return {
    service,
    kept,
    renamed: kept.flatMap((container) =>
      isTemporary(container, name(container.number)) ? [{ container, name: name(container.number) }] : [],
    ),
    made: [
      ...wanted.flatMap(({ number, cause, container }): Made[] =>
        cause === undefined ? [] : [{ number, name: name(number), cause, replaces: container }],
      ),
      ...added.map((number): Made => ({ number, name: name(number), cause: 'not found' })),
    ],
    removed: [
      ...surplus.map(({ container }) => ({ container, cause: `scaled to ${service.scale}` })),
      ...slots.flatMap(({ spare }) =>
        spare.map((container) => ({ container, cause: 'left by an interrupted replacement' })),
      ),
    ],
  }
}

/**
 * The slots to keep first: up-to-date ones before diverged ones, low numbers before high ones. A crash in the middle
 * of a replacement leaves two containers with one number; then the up-to-date one goes on, whatever its name.
 */
const slotsOf = (existing: readonly ObservedContainer[], expected: Expected): Slot[] => {
  const byNumber = new Map<string, { container: ObservedContainer; cause: string | undefined }[]>()
  for (const container of existing) {
    const key = container.number > 0 ? String(container.number) : container.id
    byNumber.set(key, [...(byNumber.get(key) ?? []), { container, cause: recreateCause(container, expected) }])
  }
  return [...byNumber.values()]
    .flatMap((candidates): Slot[] => {
      candidates.sort((a, b) => rank(a) - rank(b) || a.container.created - b.container.created)
      const [best, ...others] = candidates
      if (!best) return []
      return [{ number: best.container.number, ...best, spare: others.map((other) => other.container) }]
    })
    .sort((a, b) => Number(a.cause !== undefined) - Number(b.cause !== undefined) || a.number - b.number)
}

const rank = ({ container, cause }: { container: ObservedContainer; cause: string | undefined }): number =>
  (cause === undefined ? 0 : 2) + (container.labels[LABEL.replace] === undefined ? 0 : 1)

const isTemporary = (container: ObservedContainer, name: string): boolean =>
  container.name !== name && container.name.endsWith(`_${name}`)
