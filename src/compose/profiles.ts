import { type MapNode, type Node, child, entriesOf, itemsOf, map, text, withEntry } from './node.ts'

/** A tree and the services that were taken out of it. */
export interface Selection {
  readonly root: Node
  readonly disabled: MapNode
}

/** Takes out services whose profiles are not active; `*` activates all. */
export const selectProfiles = (root: Node, active: ReadonlySet<string>): Selection => {
  const services = child(root, 'services')
  if (root.kind !== 'map' || services?.kind !== 'map') return { root, disabled: map([], root.at) }
  const isEnabled = (service: Node): boolean => {
    const profiles = itemsOf(child(service, 'profiles'))
    return profiles.length === 0 || active.has('*') || profiles.some((profile) => active.has(text(profile) ?? ''))
  }
  const enabled = [...services.entries].filter(([, { value }]) => isEnabled(value))
  const disabled = [...services.entries].filter(([, { value }]) => !isEnabled(value))
  return { root: withEntry(root, 'services', map(enabled, services.at)), disabled: map(disabled, services.at) }
}

/** Profiles asked for, and those of the services that are named on the command line. */
export const activeProfiles = (root: Node, profiles: readonly string[], named: readonly string[]): Set<string> => {
  const services = entriesOf(child(root, 'services'))
  const own = named.flatMap((name) =>
    itemsOf(child(services.get(name)?.value, 'profiles')).map((node) => text(node) ?? ''),
  )
  return new Set([...profiles, ...own])
}
