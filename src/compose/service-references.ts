import { type Node, type Place, child, itemsOf, text } from './node.ts'
import { itemPath, keyPath } from './path.ts'

/** A mention of another service, outside depends_on. */
export interface ServiceReference {
  readonly attribute: string
  readonly service: string
  readonly path: string
  readonly place: Place
  /** Whether a restart of the other one restarts this one. */
  readonly restart: boolean
}

const NAMESPACES = ['network_mode', 'ipc', 'pid']

/** The services that `links`, `volumes_from` and `service:` namespaces mention. */
export const serviceReferences = (service: Node, path: string): ServiceReference[] => [
  ...inList(service, path, 'links', true, (item) => item.split(':', 1)[0]),
  ...NAMESPACES.flatMap((attribute) => {
    const node = child(service, attribute)
    const name = text(node)?.match(/^service:(.+)$/)?.[1]
    return node && name
      ? [{ attribute, service: name, path: keyPath(path, attribute), place: node.at, restart: true }]
      : []
  }),
  ...inList(service, path, 'volumes_from', false, (item) =>
    item.startsWith('container:') ? undefined : item.split(':', 1)[0],
  ),
]

const inList = (
  service: Node,
  path: string,
  attribute: string,
  restart: boolean,
  nameOf: (item: string) => string | undefined,
): ServiceReference[] =>
  itemsOf(child(service, attribute)).flatMap((item, i) => {
    const name = nameOf(text(item) ?? '')
    if (name === undefined) return []
    return [{ attribute, service: name, path: itemPath(keyPath(path, attribute), i), place: item.at, restart }]
  })
