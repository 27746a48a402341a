import { type Node, toPlain } from '../node.ts'
import { itemPath, keyPath } from '../path.ts'
import type { Report } from '../report.ts'
import { type RuleTree, descend, ruleTree } from '../rules.ts'
import { UNSUPPORTED } from './known-attributes.ts'
import { type Names, type Spot, describe } from './schema-messages.ts'
import { type SchemaError, attributes, validate } from './schema-validator.generated.js'

const NO_NAMES: Names = { supported: [], unsupported: [] }

const NAMES = ruleTree(
  Object.fromEntries(
    Object.entries(attributes).map(([path, supported]): [string, Names] => [
      path,
      { supported, unsupported: UNSUPPORTED[path] ?? [] },
    ]),
  ),
)

/** Checks the merged tree against the schema; what is at fault is reported and taken out, so that the rest is checked. */
export const checkSchema = (root: Node, report: Report): Node => {
  if (validate(toPlain(root))) return root
  let next = root
  for (const error of validate.errors ?? []) {
    const spot = locate(root, error)
    report.error(describe(spot, error))
    next = remove(next, spot.keys)
  }
  return next
}

const locate = (root: Node, { instancePath, keyword, params }: SchemaError): Spot => {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const isKey = keyword === 'additionalProperties'
  if (isKey) keys.push(String(params['additionalProperty']))
  let node = root
  let path = ''
  let place = root.at
  let rules: RuleTree<Names> | undefined = NAMES
  let names = NO_NAMES
  for (const key of keys) {
    names = rules?.rule ?? NO_NAMES
    rules = descend(rules, key)
    if (node.kind === 'seq') {
      path = itemPath(path, Number(key))
      node = node.items[Number(key)] ?? node
      place = node.at
    } else if (node.kind === 'map') {
      path = keyPath(path, key)
      const found = node.entries.get(key)
      if (!found) break
      node = found.value
      place = isKey || node.kind !== 'scalar' || node.value === null ? found.key : node.at
    }
  }
  return { keys, path, place, node, names }
}

/** Items of a list keep their number while there are more errors to place: an item at fault becomes null. */
const remove = (node: Node, [key, ...rest]: readonly string[]): Node => {
  if (key === undefined) return { kind: 'scalar', value: null, at: node.at }
  if (node.kind === 'scalar') return node
  if (node.kind === 'seq') {
    return { ...node, items: node.items.map((item, i) => (i === Number(key) ? remove(item, rest) : item)) }
  }
  const found = node.entries.get(key)
  if (!found) return node
  const entries = new Map(node.entries)
  if (rest.length === 0) entries.delete(key)
  else entries.set(key, { key: found.key, value: remove(found.value, rest) })
  return { ...node, entries }
}
