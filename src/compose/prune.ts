import { type Node, child, entriesOf, itemsOf, map, text, withEntry } from './node.ts'

/** Which resources of a kind a service uses. */
const USES: Readonly<Record<string, (service: Node) => Iterable<string>>> = {
  networks: (service) => entriesOf(child(service, 'networks')).keys(),
  volumes: (service) =>
    itemsOf(child(service, 'volumes'))
      .filter((volume) => text(child(volume, 'type')) === 'volume')
      .map((volume) => text(child(volume, 'source')) ?? ''),
  configs: (service) => itemsOf(child(service, 'configs')).map((item) => text(child(item, 'source')) ?? ''),
  secrets: (service) => itemsOf(child(service, 'secrets')).map((item) => text(child(item, 'source')) ?? ''),
}

/** Takes out networks, volumes, configs and secrets that no enabled service uses. */
export const pruneUnused = (root: Node): Node => {
  if (root.kind !== 'map') return root
  const services = [...entriesOf(child(root, 'services')).values()].map(({ value }) => value)
  let next = root
  for (const [kind, usesOf] of Object.entries(USES)) {
    const resources = child(root, kind)
    if (resources?.kind !== 'map') continue
    const used = new Set(services.flatMap((service) => [...usesOf(service)]))
    const kept = [...resources.entries].filter(([key]) => used.has(key))
    next = withEntry(next, kind, map(kept, resources.at))
  }
  return next
}
