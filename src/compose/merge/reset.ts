import { type Entry, type Node, entry } from '../node.ts'

/** Removes the nodes that `!reset` marks; `!override` marks are spent. */
export const applyResets = (node: Node): Node => {
  const { tag, ...rest } = node
  const own: Node = tag ? rest : node
  if (own.kind === 'scalar') return own
  if (own.kind === 'seq') {
    const items = own.items.filter((item) => item.tag !== 'reset').map(applyResets)
    const isSame = items.length === own.items.length && items.every((item, i) => item === own.items[i])
    return isSame ? own : { ...own, items }
  }
  let entries: Map<string, Entry> | undefined
  for (const [key, { key: place, value }] of own.entries) {
    const next = value.tag === 'reset' ? undefined : applyResets(value)
    if (next === value) continue
    entries ??= new Map(own.entries)
    if (next) entries.set(key, entry(next, place))
    else entries.delete(key)
  }
  return entries ? { ...own, entries } : own
}
