import { type Node, child, text } from '../node.ts'
import { type Rewrite, rewrite, ruleTree } from '../rules.ts'
import { scalarText } from '../source/scalar.ts'

/** What makes a list's item the same as another, or undefined when it stands for itself. */
type KeyOf = (item: Node) => string | undefined

const scalarKey = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? scalarText(node.value) : undefined

/** The part before `=`. */
const assignment: KeyOf = (item) => scalarKey(item)?.split('=', 1)[0]

const filePath: KeyOf = (item) => scalarKey(item.kind === 'map' ? child(item, 'path') : item)

const target: KeyOf = (item) => {
  if (item.kind === 'map') return scalarKey(child(item, 'target'))
  const parts = text(item)?.split(':') ?? []
  return (parts[1] ?? parts[0]) || undefined
}

/** A config or secret by its path in the container; the short form's is made from its name. */
const mounted =
  (prefix: string): KeyOf =>
  (item) => {
    if (item.kind !== 'map') return prefix + (scalarKey(item) ?? '')
    return scalarKey(child(item, 'target')) ?? prefix + (scalarKey(child(item, 'source')) ?? '')
  }

/** Ports of the long form by `ip:published:target/protocol`; the short forms are made long before they can differ. */
const port: KeyOf = (item) => {
  if (item.kind !== 'map') return scalarKey(item)
  const part = (key: string, fallback = ''): string => scalarKey(child(item, key)) ?? fallback
  return `${part('host_ip')}:${part('published')}:${part('target')}/${part('protocol', 'tcp')}`
}

const KEYS: Readonly<Record<string, KeyOf>> = {
  'services.*.build.args': assignment,
  'services.*.build.labels': assignment,
  'services.*.build.tags': assignment,
  'services.*.cap_add': assignment,
  'services.*.cap_drop': assignment,
  'services.*.configs': mounted('/'),
  'services.*.deploy.labels': assignment,
  'services.*.devices': target,
  'services.*.dns': assignment,
  'services.*.dns_opt': assignment,
  'services.*.dns_search': assignment,
  'services.*.env_file': filePath,
  'services.*.environment': assignment,
  'services.*.group_add': scalarKey,
  'services.*.external_links': scalarKey,
  'services.*.expose': assignment,
  'services.*.labels': assignment,
  'services.*.links': assignment,
  'services.*.networks.*.aliases': assignment,
  'services.*.ports': port,
  'services.*.profiles': assignment,
  'services.*.security_opt': scalarKey,
  'services.*.secrets': mounted('/run/secrets/'),
  'services.*.sysctls': assignment,
  'services.*.tmpfs': assignment,
  'services.*.volumes_from': scalarKey,
  'services.*.volumes': target,
  'networks.*.labels': assignment,
  'volumes.*.labels': assignment,
}

/** The last of equal items wins, in the place of the first. */
const keepLast =
  (keyOf: KeyOf): Rewrite =>
  (node) => {
    if (node.kind !== 'seq') return node
    const items = new Map<string, Node>()
    node.items.forEach((item, i) => items.set(keyOf(item) ?? `\0${i}`, item))
    return items.size === node.items.length ? node : { ...node, items: [...items.values()] }
  }

const UNIQUE = ruleTree(Object.fromEntries(Object.entries(KEYS).map(([path, keyOf]) => [path, keepLast(keyOf)])))

/** Lists in which an item replaces an earlier one that means the same. */
export const unique = (root: Node): Node => rewrite(root, UNIQUE) ?? root
