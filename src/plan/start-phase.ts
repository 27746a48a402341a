import { dependenciesOf, dependentsOf } from '../graph/order.ts'
import type { ServiceEdge } from '../graph/service-graph.ts'
import type { ContainerRef } from './action.ts'
import type { Decision } from './decide.ts'
import { type Draft, futureContainers } from './draft.ts'
import { isAlive } from './lookup.ts'
import type { ObservedContainer } from './observed.ts'
import { restarted } from './stop-phase.ts'

/** Adds the starts of all services, dependencies first, and the waits between them. */
export const addStarts = (draft: Draft): void => {
  const causes = startCauses(draft)
  const starts = new Map<string, number[]>()
  const waits = new Map<string, number>()
  for (const decision of draft.decisions.values()) {
    const name = decision.service.name
    const refs = futureContainers(decision)
    const starting = refs.filter((ref) => causes.has(ref.name))
    for (const ref of refs.filter((ref) => isKeptRunning(decision, ref) && !causes.has(ref.name))) {
      draft.builder.keep(ref)
    }
    if (starting.length === 0) continue
    const needs = needsOf(draft, name, { starts, waits })
    const steps = starting.map((ref) =>
      draft.builder.add({ kind: 'container.start', container: ref }, causes.get(ref.name) ?? '', {
        after: [draft.ready.get(ref.name), draft.stops.get(ref.target), ...needs.after],
        afterEnd: needs.afterEnd,
      }),
    )
    starts.set(name, steps)
  }
}

const isKeptRunning = ({ kept }: Decision, ref: ContainerRef): boolean =>
  kept.some((container) => container.id === ref.target && isAlive(container))

/** Why a container is started, by its final name; containers that are not started have no entry. */
const startCauses = (draft: Draft): Map<string, string> => {
  const causes = new Map<string, string>()
  if (!draft.policy.start) return causes
  const anew = new Map(restarted(draft).map(({ container, cause }) => [container.id, cause]))
  for (const decision of [...draft.decisions.values()].reverse()) {
    const { service, kept, made } = decision
    for (const { name, replaces, cause } of made) causes.set(name, replaces ? cause : 'created')
    const refs = futureContainers(decision)
    for (const container of kept) {
      const cause = anew.get(container.id) ?? startCause(container)
      const ref = refs.find(({ target }) => target === container.id)
      if (ref && cause !== undefined && !isDone(draft, service.name, causes)) causes.set(ref.name, cause)
    }
  }
  return causes
}

const startCause = ({ state, exitCode }: ObservedContainer): string | undefined => {
  if (state === 'created') return 'not started yet'
  return state === 'exited' ? `exited with code ${exitCode ?? 0}` : undefined
}

/**
 * A job, which others need to be completed, has nothing to do when it has succeeded in its present form and nobody
 * who needs it is about to start. When it is named on the command line, or somebody does start, it runs again.
 */
const isDone = (draft: Draft, name: string, causes: ReadonlyMap<string, string>): boolean => {
  const decision = draft.decisions.get(name)
  const users = dependentsOf(draft.desired.graph, name).filter(isCompletion)
  if (!decision || users.length === 0 || draft.policy.services.includes(name)) return false
  const succeeded = decision.kept.every(({ state, exitCode }) => state === 'exited' && exitCode === 0)
  return succeeded && decision.made.length === 0 && !users.some((edge) => isStarting(draft, edge.from, causes))
}

const isCompletion = (edge: ServiceEdge): boolean => edge.condition === 'service_completed_successfully'

const isStarting = (draft: Draft, name: string, causes: ReadonlyMap<string, string>): boolean => {
  const decision = draft.decisions.get(name)
  return decision !== undefined && futureContainers(decision).some((ref) => causes.has(ref.name))
}

interface Needs {
  readonly after: number[]
  readonly afterEnd: number[]
}

interface Steps {
  /** Starts, by service. */
  readonly starts: ReadonlyMap<string, readonly number[]>
  /** Waits, by service, condition and whether it is required: several services share one. */
  readonly waits: Map<string, number>
}

/** What a service's start waits for: the edges to services in scope; an optional one only has to end somehow. */
const needsOf = (draft: Draft, name: string, steps: Steps): Needs => {
  const needs: Needs = { after: [], afterEnd: [] }
  for (const edge of dependenciesOf(draft.desired.graph, name)) {
    const decision = draft.decisions.get(edge.to)
    if (!decision || decision.service.scale === 0) continue
    const list = edge.required ? needs.after : needs.afterEnd
    list.push(...(steps.starts.get(edge.to) ?? []))
    const wait = waitFor(draft, edge, decision, steps)
    if (wait !== undefined) needs.after.push(wait)
  }
  return needs
}

const waitFor = (draft: Draft, edge: ServiceEdge, decision: Decision, { starts, waits }: Steps): number | undefined => {
  if (edge.condition === 'service_started') return undefined
  const begun = starts.get(edge.to) ?? []
  if (begun.length === 0 && isReached(edge, decision)) return undefined
  const key = `${edge.to} ${edge.condition} ${edge.required}`
  const known = waits.get(key)
  if (known !== undefined) return known
  const step = draft.builder.add(
    {
      kind: isCompletion(edge) ? 'wait.completed' : 'wait.healthy',
      service: edge.to,
      containers: futureContainers(decision),
      required: edge.required,
    },
    `needed by ${edge.from}`,
    edge.required ? { after: begun } : { afterEnd: begun },
  )
  waits.set(key, step)
  return step
}

/** Nothing is to be waited for: all containers stay, and are what the edge asks for. */
const isReached = (edge: ServiceEdge, { kept, made }: Decision): boolean =>
  made.length === 0 &&
  kept.every((container) =>
    isCompletion(edge)
      ? container.state === 'exited' && container.exitCode === 0
      : container.state === 'running' && container.health === 'healthy',
  )
