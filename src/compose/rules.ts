import { type Entry, type Node, entry } from './node.ts'
import { itemPath, keyPath } from './path.ts'

/** A table keyed by path patterns (`services.*.ports`; `*` is any key or list item, '' the root), as a tree to walk beside a node. */
export interface RuleTree<T> {
  readonly rule?: T
  readonly next: ReadonlyMap<string, RuleTree<T>>
}

interface Growing<T> {
  rule?: T
  next: Map<string, Growing<T>>
}

export const ruleTree = <T>(table: Readonly<Record<string, T>>): RuleTree<T> => {
  const root: Growing<T> = { next: new Map() }
  for (const [pattern, rule] of Object.entries(table)) {
    let tree = root
    for (const part of pattern === '' ? [] : pattern.split('.')) {
      const next = tree.next.get(part) ?? { next: new Map() }
      tree.next.set(part, next)
      tree = next
    }
    tree.rule = rule
  }
  return root
}

/** The rules below a key: those of its own name, else those of `*`. */
export const descend = <T>(tree: RuleTree<T> | undefined, key: string): RuleTree<T> | undefined =>
  tree?.next.get(key) ?? tree?.next.get('*')

/** Gives a node's new form, or undefined to remove it. */
export type Rewrite = (node: Node, path: string) => Node | undefined

/**
 * The one walker: rewrites the nodes that the tree has a rule for, children before parents.
 * Parts without a rule are shared, not copied.
 */
export const rewrite = (node: Node, tree: RuleTree<Rewrite> | undefined, path = ''): Node | undefined => {
  if (!tree) return node
  const walked = tree.next.size === 0 ? node : rewriteChildren(node, tree, path)
  return tree.rule ? tree.rule(walked, path) : walked
}

const rewriteChildren = (node: Node, tree: RuleTree<Rewrite>, path: string): Node => {
  if (node.kind === 'scalar') return node
  if (node.kind === 'seq') {
    const below = descend(tree, '*')
    if (!below) return node
    const items = node.items.map((item, i) => rewrite(item, below, itemPath(path, i)))
    if (items.every((item, i) => item === node.items[i])) return node
    return { ...node, items: items.filter((item) => item !== undefined) }
  }
  let entries: Map<string, Entry> | undefined
  for (const [key, { key: place, value }] of node.entries) {
    const below = descend(tree, key)
    if (!below) continue
    const next = rewrite(value, below, keyPath(path, key))
    if (next === value) continue
    entries ??= new Map(node.entries)
    if (next) entries.set(key, entry(next, place))
    else entries.delete(key)
  }
  return entries ? { ...node, entries } : node
}
