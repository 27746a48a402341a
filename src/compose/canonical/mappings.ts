import { type Entry, type Node, entry, isNull, map, mapOf, scalar, text } from '../node.ts'
import { scalarText } from '../source/scalar.ts'
import { type Site, type Transform, reject } from './transform.ts'

/** A mapping, or a list of `K=V`, as a mapping of texts; `whenBare` is the value of a name without one. */
const assignments =
  (whenBare: (place: Node['at']) => Node): Transform =>
  (node, site) => {
    if (node.kind === 'map') {
      const entries = [...node.entries].map(([key, { key: place, value }]) => [key, toEntry(value, place)] as const)
      return map(entries, node.at)
    }
    if (node.kind !== 'seq') return node
    const entries = new Map<string, Entry>()
    for (const item of node.items) {
      const source = text(item)
      if (source === undefined) continue
      const equals = source.indexOf('=')
      const key = equals < 0 ? source : source.slice(0, equals)
      if (/\s$/.test(key)) reject(site, item.at, `the name "${key}" ends with a space`)
      entries.set(key, entry(equals < 0 ? whenBare(item.at) : scalar(source.slice(equals + 1), item.at)))
    }
    return map(entries, node.at)

    function toEntry(value: Node, place: Node['at']): Entry {
      if (value.kind !== 'scalar') return entry(value, place)
      return entry(value.value === null ? whenBare(value.at) : scalar(scalarText(value.value), value.at), place)
    }
  }

/** Environment-like: a name alone has no value of its own (null). */
export const variables = assignments((place) => scalar(null, place))

/** Label-like: a name alone is empty. */
export const labels = assignments((place) => scalar('', place))

/** `[a, b]` → `{a: value, b: value}`. */
export const named =
  (value: (item: Node) => Node): Transform =>
  (node) => {
    if (node.kind !== 'seq') return node
    const items = node.items.filter((item) => text(item) !== undefined)
    return map(
      items.map((item) => [text(item) ?? '', entry(value(item))]),
      node.at,
    )
  }

export const dependencies = named((item) => mapOf({ condition: 'service_started', required: true }, item.at))

export const serviceNetworks = named((item) => scalar(null, item.at))

/** Text becomes a mapping with that text under one key. */
export const textAs =
  (key: string): Transform =>
  (node) =>
    node.kind === 'scalar' && node.value !== null
      ? mapOf({ [key]: scalar(scalarText(node.value), node.at) }, node.at)
      : node

/** `{b: [1.1.1.1, ::1]}`, `["b:1.1.1.1"]` or `["b=[::1]"]` → `["b=1.1.1.1", "b=::1"]`, sorted by host. */
export const extraHosts: Transform = (node, site) => {
  const hosts: { host: string; item: Node }[] = []
  const add = (host: string, address: string, at: Node['at']): void => {
    const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address
    hosts.push({ host, item: scalar(`${host}=${bare}`, at) })
  }
  if (node.kind === 'map') {
    for (const [host, { value }] of node.entries) {
      for (const item of value.kind === 'seq' ? value.items : [value]) add(host, text(item) ?? '', item.at)
    }
  } else if (node.kind === 'seq') {
    for (const item of node.items) readHost(item, site, add)
  } else return node
  return { kind: 'seq', at: node.at, items: dedupe(hosts.sort(byHost).map(({ item }) => item)) }
}

const readHost = (item: Node, site: Site, add: (host: string, address: string, at: Node['at']) => void): void => {
  const source = text(item) ?? ''
  const match = /^([^=:]+)[=:](.+)$/.exec(source)
  if (match) add(match[1] ?? '', match[2] ?? '', item.at)
  else if (!isNull(item)) reject(site, item.at, `"${source}" is not HOST=ADDRESS`)
}

const byHost = (a: { host: string }, b: { host: string }): number => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)

const dedupe = (items: readonly Node[]): readonly Node[] => [
  ...new Map(items.map((item) => [text(item), item])).values(),
]
