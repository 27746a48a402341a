import { dependenciesOf, dependentsOf, serviceOrder } from '../graph/order.ts'
import { defined } from '../lib/defined.ts'
import type { ContainerRef } from './action.ts'
import { type Draft, isReplaced } from './draft.ts'
import { isAlive, refOf } from './lookup.ts'
import { temporaryName } from './names.ts'
import type { ObservedContainer } from './observed.ts'

interface Leaving {
  readonly container: ObservedContainer
  readonly cause: string
  /** The final name of the container that takes its place. */
  readonly replacedBy?: string
}

/** Containers that will be gone: replaced ones, too many, left over, orphans. */
const leaving = ({ decisions, orphans }: Draft): Leaving[] => [
  ...[...decisions.values()].flatMap(({ made, removed }): Leaving[] => [
    ...made.flatMap(({ replaces, name, cause }) =>
      replaces ? [{ container: replaces, cause, replacedBy: name }] : [],
    ),
    ...removed,
  ]),
  ...orphans.map((container) => ({ container, cause: 'orphan' })),
]

/** Running containers that stay, but must be started again because something they need is replaced. */
export const restarted = ({ decisions, desired, policy }: Draft): { container: ObservedContainer; cause: string }[] =>
  [...decisions.values()].flatMap(({ service, kept }) => {
    const replaced = dependenciesOf(desired.graph, service.name).find(
      (edge) => edge.restart && isReplaced(decisions.get(edge.to)),
    )
    if (!replaced || !policy.start) return []
    return kept.filter(isAlive).map((container) => ({ container, cause: `needs ${replaced.to}, which is replaced` }))
  })

/** What is needed stops after what needs it; a replaced container stops when its successor is there. */
export const addStops = (draft: Draft): void => {
  const order = serviceOrder(draft.desired.graph).reverse()
  const all: Leaving[] = [...leaving(draft).filter(({ container }) => isAlive(container)), ...restarted(draft)]
  all.sort((a, b) => order.indexOf(a.container.service) - order.indexOf(b.container.service))
  for (const { container, cause, replacedBy } of all) {
    const action = defined({
      kind: 'container.stop' as const,
      container: refOf(container),
      timeout: draft.policy.timeout ?? draft.desired.services[container.service]?.stopTimeout,
      replaced: replacedBy !== undefined,
    })
    const after = [draft.made.get(replacedBy ?? ''), ...stopsBefore(draft, container)]
    draft.stops.set(container.id, draft.builder.add(action, cause, { after }))
  }
}

/** Stops of the containers that are to be restarted around this one's absence. */
const stopsBefore = (draft: Draft, container: ObservedContainer): (number | undefined)[] => {
  const dependents = dependentsOf(draft.desired.graph, container.service)
    .filter((edge) => edge.restart)
    .map((edge) => edge.from)
  return draft.observed.containers
    .filter((other) => dependents.includes(other.service))
    .map((other) => draft.stops.get(other.id))
}

/** Removals, and the final names of the containers that were made beside the removed ones. */
export const addRemovals = (draft: Draft): void => {
  const removals = new Map<string, number[]>()
  for (const { container, cause, replacedBy } of leaving(draft)) {
    const action = {
      kind: 'container.remove',
      container: refOf(container),
      force: container.state === 'dead',
      volumes: false,
      replaced: replacedBy !== undefined,
    } as const
    const after = [draft.stops.get(container.id), draft.made.get(replacedBy ?? '')]
    const step = draft.builder.add(action, cause, { after })
    const key = slotKey(container)
    removals.set(key, [...(removals.get(key) ?? []), step])
  }
  for (const { service, made, renamed } of draft.decisions.values()) {
    const rename = (container: ContainerRef, to: string, after: (number | undefined)[]): void => {
      const removed = removals.get(slotKey({ service: service.name, number: container.number })) ?? []
      const action = { kind: 'container.rename', container, to, replaces: after.length > 0 } as const
      draft.ready.set(to, draft.builder.add(action, `takes the name of ${to}`, { after: [...after, ...removed] }))
    }
    for (const { container, name } of renamed) rename(refOf(container), name, [])
    for (const { number, name, replaces } of made) {
      if (!replaces) continue
      const target = temporaryName(replaces.id, name)
      rename({ target, name, service: service.name, number }, name, [draft.made.get(name)])
    }
  }
}

const slotKey = ({ service, number }: { readonly service: string; readonly number: number }): string =>
  `${service}/${number}`
