import {
  type Node,
  child,
  entriesOf,
  entry,
  isNull,
  map,
  mapOf,
  scalar,
  text,
  withEntry,
  withoutEntry,
} from './node.ts'
import { keyPath } from './path.ts'
import { serviceReferences } from './service-references.ts'

/** Fills in what follows from the rest: the default network, implicit dependencies, names of resources. */
export const normalize = (root: Node, projectName: string): Node => {
  if (root.kind !== 'map') return root
  const onUnhealthy = child(root, 'x-on-unhealthy')
  const services = eachEntry(child(root, 'services'), (service, name) =>
    inheritOnUnhealthy(addDependencies(addDefaultNetwork(service), name), onUnhealthy),
  )
  let next = services ? withEntry(root, 'services', services) : root
  if ([...entriesOf(services).values()].some(({ value }) => usesNetwork(value, 'default'))) {
    const networks = child(next, 'networks') ?? map([], next.at)
    if (networks.kind === 'map' && !networks.entries.has('default')) {
      next = withEntry(next, 'networks', withEntry(networks, 'default', map([], networks.at)))
    }
  }
  for (const kind of ['networks', 'volumes', 'configs', 'secrets']) {
    const named = eachEntry(child(next, kind), (resource, key) => nameResource(resource, key, projectName))
    if (named) next = withEntry(next, kind, named)
  }
  return next
}

const eachEntry = (node: Node | undefined, change: (value: Node, key: string) => Node): Node | undefined => {
  if (node?.kind !== 'map') return undefined
  return map(
    [...node.entries].map(([key, { key: place, value }]) => [key, entry(change(value, key), place)]),
    node.at,
  )
}

const usesNetwork = (service: Node, network: string): boolean => entriesOf(child(service, 'networks')).has(network)

const addDefaultNetwork = (service: Node): Node => {
  if (service.kind !== 'map' || !isAbsent(child(service, 'network_mode'))) return service
  const networks = child(service, 'networks')
  if (networks && entriesOf(networks).size > 0) return service
  return withEntry(service, 'networks', mapOf({ default: null }, service.at))
}

const isAbsent = (node: Node | undefined): boolean => node === undefined || isNull(node) || text(node) === ''

const addDependencies = (service: Node, name: string): Node => {
  if (service.kind !== 'map') return service
  const known = child(service, 'depends_on')
  const entries = new Map(entriesOf(known))
  for (const reference of serviceReferences(service, keyPath('services', name))) {
    if (entries.has(reference.service)) continue
    const { restart, place } = reference
    entries.set(
      reference.service,
      entry(mapOf({ condition: 'service_started', restart: restart ? true : undefined, required: true }, place)),
    )
  }
  if (entries.size === 0) return service
  return withEntry(service, 'depends_on', map(entries, known?.at ?? service.at))
}

const inheritOnUnhealthy = (service: Node, policy: Node | undefined): Node =>
  service.kind === 'map' && policy && !child(service, 'x-on-unhealthy')
    ? withEntry(service, 'x-on-unhealthy', policy)
    : service

const nameResource = (resource: Node, key: string, projectName: string): Node => {
  if (resource.kind !== 'map' || !isAbsent(child(resource, 'name'))) return resource
  const isExternal = child(resource, 'external')
  const name = isExternal ? key : `${projectName}_${key}`
  return withEntry(withoutEntry(resource, 'name'), 'name', scalar(name, resource.at))
}
