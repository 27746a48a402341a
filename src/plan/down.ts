import { dependentsOf, serviceOrder } from '../graph/order.ts'
import type { ServiceGraph } from '../graph/service-graph.ts'
import { defined } from '../lib/defined.ts'
import type { Action } from './action.ts'
import type { Desired } from './desired.ts'
import { labelGraph } from './label-graph.ts'
import { LABEL } from './labels.ts'
import { imageIdOf, isAlive, refOf } from './lookup.ts'
import { defaultImageName } from './names.ts'
import type { Observed, ObservedContainer } from './observed.ts'
import { orphanWarning, orphansOf } from './orphans.ts'
import { type Plan, PlanBuilder } from './plan.ts'
import { unknownService } from './scope.ts'

export interface DownPolicy {
  /** Empty: the whole project. */
  readonly services: readonly string[]
  /** Named volumes of the project and anonymous ones of its containers (`-v`); never external ones. */
  readonly volumes: boolean
  /** `local`: images without a name of their own; `all`: every image of a service. */
  readonly images?: 'local' | 'all'
  readonly removeOrphans: boolean
  readonly ignoreOrphans: boolean
  /** Seconds. */
  readonly timeout?: number
}

export const downPolicy = (given: Partial<DownPolicy> = {}): DownPolicy => ({
  services: [],
  volumes: false,
  removeOrphans: false,
  ignoreOrphans: false,
  ...given,
})

/**
 * Takes a project away: containers, what needs others first; then the networks, images and volumes that they used.
 * Without `desired` (no compose file) all is read from labels, and no container is an orphan.
 */
export const planDown = (observed: Observed, policy: DownPolicy, desired?: Desired): Plan => {
  const builder = new PlanBuilder(observed.project)
  const orphans = desired ? orphansOf(desired, observed) : []
  const known = graphOf(observed, desired).nodes
  builder.report(policy.services.filter((name) => !known.includes(name)).map((name) => unknownService(name, known)))
  if (desired && !policy.removeOrphans && !policy.ignoreOrphans) {
    builder.report(orphanWarning(orphans, observed.project))
  }
  const going = observed.containers.filter((container) =>
    orphans.includes(container)
      ? policy.removeOrphans
      : policy.services.length === 0 || policy.services.includes(container.service),
  )
  const removed = addContainerRemovals(builder, going, { policy, graph: graphOf(observed, desired) })
  addNetworkRemovals(builder, { observed, going, removed, policy })
  if (policy.images) addImageRemovals(builder, { observed, going, removed, policy, ...(desired ? { desired } : {}) })
  if (policy.volumes) addVolumeRemovals(builder, { observed, going, removed, policy })
  return builder.build()
}

/** The model's graph, with what only labels know: services that the model does not hold any more. */
export const graphOf = (observed: Observed, desired?: Pick<Desired, 'graph'>): ServiceGraph => {
  const labels = labelGraph(observed)
  if (!desired) return labels
  const { nodes, edges } = desired.graph
  const gone = labels.nodes.filter((name) => !nodes.includes(name))
  return {
    nodes: [...nodes, ...gone],
    edges: [...edges, ...labels.edges.filter((edge) => gone.includes(edge.from))],
  }
}

/** Step that removes a container, by its id. */
type Removed = ReadonlyMap<string, number>

/** What must have stopped before a service's containers may: a service without any hands on what it waits for itself. */
const addContainerRemovals = (
  builder: PlanBuilder,
  going: readonly ObservedContainer[],
  { policy, graph }: { readonly policy: DownPolicy; readonly graph: ServiceGraph },
): Removed => {
  const removed = new Map<string, number>()
  const gates = new Map<string, readonly number[]>()
  for (const name of serviceOrder(graph).reverse()) {
    const before = dependentsOf(graph, name).flatMap((edge) => gates.get(edge.from) ?? [])
    const stops: number[] = []
    for (const container of going.filter(({ service }) => service === name)) {
      const ref = refOf(container)
      const stop = isAlive(container)
        ? builder.add(stopAction(container, policy.timeout), 'project goes down', { after: before })
        : undefined
      if (stop !== undefined) stops.push(stop)
      const removal = {
        kind: 'container.remove',
        container: ref,
        force: true,
        volumes: policy.volumes,
        replaced: false,
      } as const
      removed.set(container.id, builder.add(removal, 'project goes down', { after: [stop] }))
    }
    gates.set(name, stops.length > 0 ? stops : before)
  }
  return removed
}

/** The stop of a container; without `timeout` the container's own grace period counts. */
export const stopAction = (container: ObservedContainer, timeout: number | undefined): Action<'container.stop'> =>
  defined({ kind: 'container.stop' as const, container: refOf(container), timeout, replaced: false })

interface Rest {
  readonly observed: Observed
  readonly going: readonly ObservedContainer[]
  readonly removed: Removed
  readonly policy: DownPolicy
  readonly desired?: Desired
}

const staying = ({ observed, going }: Rest): ObservedContainer[] =>
  observed.containers.filter((container) => !going.includes(container))

/** Networks that carry the project's label; with named services those that none but them used. */
const addNetworkRemovals = (builder: PlanBuilder, rest: Rest): void => {
  const isOn = (id: string, name: string) => (container: ObservedContainer) =>
    container.networks.some((network) => network.id === id || network.name === name)
  for (const { id, name, labels } of rest.observed.networks) {
    if (labels[LABEL.project] !== rest.observed.project) continue
    const users = rest.going.filter(isOn(id, name))
    const used = users.length > 0 || rest.policy.services.length === 0
    if (!used || (rest.policy.services.length > 0 && staying(rest).some(isOn(id, name)))) continue
    const after = users.map((container) => rest.removed.get(container.id))
    builder.add({ kind: 'network.remove', name, id, gentle: true }, 'project goes down', { after })
  }
}

const addVolumeRemovals = (builder: PlanBuilder, rest: Rest): void => {
  const mounts = (name: string) => (container: ObservedContainer) =>
    container.mounts.some((mount) => mount.Type === 'volume' && mount.Name === name)
  for (const { name, labels } of rest.observed.volumes) {
    if (labels[LABEL.project] !== rest.observed.project || labels[LABEL.volume] === undefined) continue
    const users = rest.going.filter(mounts(name))
    if (rest.policy.services.length > 0 && (users.length === 0 || staying(rest).some(mounts(name)))) continue
    const after = users.map((container) => rest.removed.get(container.id))
    builder.add({ kind: 'volume.remove', name, gentle: true }, 'asked for with -v', { after })
  }
}

const addImageRemovals = (builder: PlanBuilder, rest: Rest): void => {
  const { observed, policy, desired, going } = rest
  const services = Object.values(desired?.services ?? {}).filter(
    ({ name }) => policy.services.length === 0 || policy.services.includes(name),
  )
  const used = [
    ...services.map(({ name, image }) => ({ service: name, image })),
    ...going.map(({ service, image }) => ({ service, image })),
  ]
  const names = used
    .filter(({ service, image }) => policy.images === 'all' || image === defaultImageName(observed.project, service))
    .map(({ image }) => image)
    .filter((image) => imageIdOf(observed, image) !== undefined)
  for (const image of new Set(names)) {
    const users = going.filter((container) => container.imageId === imageIdOf(observed, image))
    const after = users.map((container) => rest.removed.get(container.id))
    builder.add({ kind: 'image.remove', image }, `asked for with --rmi ${policy.images ?? ''}`, { after })
  }
}
