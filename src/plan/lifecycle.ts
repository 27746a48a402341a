import { dependenciesOf, dependentsOf, serviceOrder, withDependents } from '../graph/order.ts'
import type { ServiceGraph } from '../graph/service-graph.ts'
import { defined } from '../lib/defined.ts'
import type { Desired } from './desired.ts'
import { graphOf, stopAction } from './down.ts'
import { containersOf, isAlive, refOf } from './lookup.ts'
import type { Observed } from './observed.ts'
import { type Plan, PlanBuilder } from './plan.ts'
import { unknownService } from './scope.ts'

export interface LifecycleInput {
  readonly observed: Observed
  /** Absent without a compose file: all is read from labels. */
  readonly desired?: Desired
  /** Empty: all. */
  readonly services: readonly string[]
  /** Seconds. */
  readonly timeout?: number
}

interface Chosen {
  readonly builder: PlanBuilder
  readonly graph: ServiceGraph
  /** Service names, dependencies first. */
  readonly order: readonly string[]
}

const choose = ({ observed, desired, services }: LifecycleInput): Chosen => {
  const builder = new PlanBuilder(observed.project)
  const graph = graphOf(observed, desired)
  const unknown = services.filter((name) => !graph.nodes.includes(name))
  builder.report(unknown.map((name) => unknownService(name, graph.nodes)))
  const order = serviceOrder(graph).filter((name) => services.length === 0 || services.includes(name))
  return { builder, graph, order }
}

/** Stops what runs, what needs others first. */
export const planStop = (input: LifecycleInput): Plan => {
  const { builder, graph, order } = choose(input)
  const gates = new Map<string, readonly number[]>()
  for (const name of order.toReversed()) {
    const after = dependentsOf(graph, name).flatMap((edge) => gates.get(edge.from) ?? [])
    const stops = containersOf(input.observed, name)
      .filter(isAlive)
      .map((container) => builder.add(stopAction(container, input.timeout), 'asked for', { after }))
    gates.set(name, stops.length > 0 ? stops : after)
  }
  return builder.build()
}

/** Sends a signal to all that runs, all at once. */
export const planKill = (input: LifecycleInput & { readonly signal: string }): Plan => {
  const { builder, order } = choose(input)
  for (const container of order.flatMap((name) => containersOf(input.observed, name)).filter(isAlive)) {
    builder.add({ kind: 'container.kill', container: refOf(container), signal: input.signal }, 'asked for')
  }
  return builder.build()
}

/** Starts containers that exist, dependencies first, each when what it needs is ready. */
export const planStart = (input: LifecycleInput): Plan => {
  const { builder, graph, order } = choose(input)
  const starts = new Map<string, number[]>()
  for (const name of order) {
    const containers = containersOf(input.observed, name)
    if (containers.length === 0) {
      const severity = input.services.includes(name) ? 'error' : 'warning'
      if (input.desired?.services[name]?.scale !== 0) {
        builder.report([
          { severity, code: 'E_PLAN_NO_CONTAINER', message: `Service "${name}" has no container to start` },
        ])
      }
      continue
    }
    containers.filter(isAlive).forEach((container) => builder.keep(refOf(container)))
    const idle = containers.filter((container) => !isAlive(container))
    if (idle.length === 0) continue
    const after = needsOf(input, { builder, graph, order }, { name, starts })
    const steps = idle.map((container) =>
      builder.add({ kind: 'container.start', container: refOf(container) }, 'asked for', { after }),
    )
    starts.set(name, steps)
  }
  return builder.build()
}

const needsOf = (
  { observed }: LifecycleInput,
  { builder, graph, order }: Chosen,
  { name, starts }: { readonly name: string; readonly starts: ReadonlyMap<string, readonly number[]> },
): number[] =>
  dependenciesOf(graph, name)
    .filter((edge) => order.includes(edge.to))
    .flatMap((edge) => {
      const begun = starts.get(edge.to) ?? []
      const containers = containersOf(observed, edge.to).map(refOf)
      if (edge.condition === 'service_started' || containers.length === 0) return begun
      const kind = edge.condition === 'service_healthy' ? 'wait.healthy' : 'wait.completed'
      const action = { kind, service: edge.to, containers, required: edge.required } as const
      const order = edge.required ? { after: begun } : { afterEnd: begun }
      return [builder.add(action, `needed by ${name}`, order)]
    })

/**
 * Restarts containers, dependencies first, and with them those of services that ask for it (`depends_on.restart`),
 * unless `noDeps`.
 */
export const planRestart = (input: LifecycleInput & { readonly noDeps: boolean }): Plan => {
  const { builder, graph, order } = choose(input)
  const wanted = input.noDeps ? order : withDependents(graph, order, (edge) => edge.restart)
  const restarts = new Map<string, number[]>()
  for (const name of serviceOrder(graph).filter((name) => wanted.includes(name))) {
    const after = dependenciesOf(graph, name).flatMap((edge) => restarts.get(edge.to) ?? [])
    const cause = order.includes(name) ? 'asked for' : 'needs a service that is restarted'
    const steps = containersOf(input.observed, name).map((container) => {
      const action = { kind: 'container.restart' as const, container: refOf(container), timeout: input.timeout }
      return builder.add(defined(action), cause, { after })
    })
    restarts.set(name, steps)
  }
  return builder.build()
}
