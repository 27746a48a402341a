import { type Node, child, entriesOf, entry, itemsOf, map, mapOf, scalar, seq, text, toPlain } from '../node.ts'
import { scalarText } from '../source/scalar.ts'

/** How an attribute merges, where it differs from its kind's way. */
export type MergeRule =
  | { readonly kind: 'replace' }
  /** Replaced when the two differ in what counts, otherwise merged. */
  | { readonly kind: 'unless'; readonly differs: (base: Node, over: Node) => boolean }
  /** Both are brought into one form first. */
  | {
      readonly kind: 'normalize'
      readonly form: (node: Node) => Node
      readonly combine?: (base: readonly Node[], over: readonly Node[]) => readonly Node[]
    }

/** `[a, b]` → `{a: value, b: value}`. */
const asMapping = (value: (item: Node) => Node): MergeRule => ({
  kind: 'normalize',
  form: (node) =>
    node.kind === 'seq' && node.items.every((item) => text(item) !== undefined)
      ? map(
          node.items.map((item) => [text(item) ?? '', entry(value(item), item.at)]),
          node.at,
        )
      : node,
})

/** `{K: v}` → `[K=v]`, `{K: null}` → `[K]`, and a single value → a list of it. */
const toAssignments = (node: Node): Node => {
  if (node.kind === 'scalar') return seq([node], node.at)
  if (node.kind === 'seq') return node
  const items = [...node.entries].flatMap(([key, { key: place, value }]): Node[] => {
    if (value.tag === 'reset') return [{ ...scalar(key, place), tag: 'reset' }]
    if (value.kind === 'map') return [map([[key, entry(value, place)]], place)]
    const values = value.kind === 'seq' ? value.items : [value]
    return values.map((item) => {
      if (item.kind !== 'scalar' || item.value === null) return scalar(key, place)
      return scalar(`${key}=${scalarText(item.value)}`, item.at)
    })
  })
  return { ...seq(items, node.at), ...(node.tag ? { tag: node.tag } : {}) }
}

const replace: MergeRule = { kind: 'replace' }
const assignments: MergeRule = { kind: 'normalize', form: toAssignments }
const build: MergeRule = {
  kind: 'normalize',
  form: (node) => (node.kind === 'scalar' ? mapOf({ context: node }, node.at) : node),
}
const logging: MergeRule = {
  kind: 'unless',
  differs: (base, over) => {
    const [before, after] = [text(child(base, 'driver')), text(child(over, 'driver'))]
    return before !== undefined && after !== undefined && before !== after
  },
}
const extraHosts: MergeRule = {
  kind: 'normalize',
  form: toAssignments,
  combine: (base, over) => {
    const known = new Set(base.map(text))
    return [...base, ...over.filter((item) => !known.has(text(item)))]
  },
}

/** Items of one subnet become one. */
const ipamConfig: MergeRule = {
  kind: 'normalize',
  form: (node) => node,
  combine: (base, over) => {
    const subnetOf = (node: Node): unknown => toPlain(child(node, 'subnet') ?? scalar(null, node.at))
    const changed = base.map((item) => {
      const other = over.find((candidate) => subnetOf(candidate) === subnetOf(item))
      return other ? map([...entriesOf(item), ...entriesOf(other)], other.at) : item
    })
    const known = new Set(base.map(subnetOf))
    return [...changed, ...over.filter((item) => !known.has(subnetOf(item)))]
  },
}

/** A list, of which a single value is the short form. */
const list: MergeRule = { kind: 'normalize', form: (node) => (itemsOf(node).length > 0 ? node : toAssignments(node)) }

export const MERGE_RULES: Readonly<Record<string, MergeRule>> = {
  'services.*.command': replace,
  'services.*.entrypoint': replace,
  'services.*.healthcheck.test': replace,
  'services.*.ulimits.*': replace,
  'services.*.build': build,
  'services.*.build.args': assignments,
  'services.*.build.labels': assignments,
  'services.*.depends_on': asMapping((item) => mapOf({ condition: 'service_started', required: true }, item.at)),
  'services.*.deploy.labels': assignments,
  'services.*.dns': list,
  'services.*.dns_opt': list,
  'services.*.dns_search': list,
  'services.*.env_file': list,
  'services.*.environment': assignments,
  'services.*.extra_hosts': extraHosts,
  'services.*.label_file': list,
  'services.*.labels': assignments,
  'services.*.logging': logging,
  'services.*.networks': asMapping((item) => scalar(null, item.at)),
  'services.*.sysctls': assignments,
  'services.*.tmpfs': list,
  'services.*.volumes.*.volume.labels': assignments,
  'networks.*.ipam.config': ipamConfig,
  'networks.*.labels': assignments,
  'volumes.*.labels': assignments,
}
