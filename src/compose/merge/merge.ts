import { type Entry, type MapNode, type Node, type SeqNode, isNull } from '../node.ts'
import { keyPath } from '../path.ts'
import type { Report } from '../report.ts'
import { type RuleTree, descend, ruleTree } from '../rules.ts'
import { MERGE_RULES, type MergeRule } from './merge-rules.ts'

const MERGE_TREE = ruleTree(MERGE_RULES)

/** Puts later files on top of earlier ones. */
export const mergeAll = (roots: readonly [Node, ...Node[]], report: Report): Node => {
  const [first, ...rest] = roots
  return rest.reduce((base, over) => mergeNodes(base, over, MERGE_TREE, '', report), first)
}

/** Puts one service on another, as `extends` does. */
export const mergeService = (base: Node, over: Node, path: string, report: Report): Node =>
  mergeNodes(base, over, descend(descend(MERGE_TREE, 'services'), '*'), path, report)

/**
 * Merges two nodes by the attribute's rule; without one, mappings merge by key, lists are appended, scalars replaced,
 * and null keeps what was there.
 */
const mergeNodes = (
  base: Node,
  over: Node,
  rules: RuleTree<MergeRule> | undefined,
  path: string,
  report: Report,
): Node => {
  if (over.tag === 'override' || over.tag === 'reset') return over
  if (base.tag === 'reset') return over
  const rule = rules?.rule
  if (rule?.kind === 'replace') return over
  if (isNull(over)) return base
  if (isNull(base)) return over
  if (rule?.kind === 'unless' && rule.differs(base, over)) return over
  const [left, right] = rule?.kind === 'normalize' ? [rule.form(base), rule.form(over)] : [base, over]
  if (left.kind === 'map' && right.kind === 'map') return mergeMaps(left, right, rules, path, report)
  if (left.kind === 'seq' && right.kind === 'seq') return mergeSeqs(left, right, rule)
  if (left.kind === 'scalar' && right.kind === 'scalar') return right
  report.error({
    code: 'E_COMPOSE_MERGE',
    message: `cannot override ${path}: it is a ${KIND[left.kind]} before and a ${KIND[right.kind]} here`,
    path,
    place: right.at,
  })
  return right
}

const KIND = { map: 'mapping', seq: 'list', scalar: 'single value' } as const

const mergeMaps = (
  base: MapNode,
  over: MapNode,
  rules: RuleTree<MergeRule> | undefined,
  path: string,
  report: Report,
): MapNode => {
  const entries = new Map<string, Entry>(base.entries)
  for (const [key, next] of over.entries) {
    const known = base.entries.get(key)
    const value = known
      ? mergeNodes(known.value, next.value, descend(rules, key), keyPath(path, key), report)
      : next.value
    entries.set(key, { key: next.key, value })
  }
  return { ...over, entries, ...(base.tag ? { tag: base.tag } : {}) }
}

const mergeSeqs = (base: SeqNode, over: SeqNode, rule: MergeRule | undefined): SeqNode => {
  const combine = rule?.kind === 'normalize' ? rule.combine : undefined
  const items = combine ? combine(base.items, over.items) : [...base.items, ...over.items]
  return { ...over, items, ...(base.tag ? { tag: base.tag } : {}) }
}
