import { suggest } from '../../lib/suggest.ts'
import { type Node, type Place, toPlain } from '../node.ts'
import { itemPath, keyPath } from '../path.ts'
import type { Finding, Report } from '../report.ts'
import { type RuleTree, descend, ruleTree } from '../rules.ts'
import { UNSUPPORTED } from './known-attributes.ts'
import { type SchemaError, propertyNames, validate } from './schema-validator.generated.js'

const UNSUPPORTED_TREE = ruleTree(UNSUPPORTED)

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

/** Where a schema error is. */
interface Spot {
  readonly keys: readonly string[]
  readonly path: string
  readonly place: Place
  readonly node: Node
  readonly unsupported: readonly string[]
}

const locate = (root: Node, { instancePath, keyword, params }: SchemaError): Spot => {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keyword === 'additionalProperties') keys.push(String(params['additionalProperty']))
  let node = root
  let path = ''
  let place = root.at
  let rules: RuleTree<readonly string[]> | undefined = UNSUPPORTED_TREE
  let unsupported: readonly string[] = []
  for (const key of keys) {
    unsupported = (path === '' ? UNSUPPORTED[''] : rules?.rule) ?? []
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
      place = keyword === 'additionalProperties' || isEmptyOrLong(node) ? found.key : node.at
    }
  }
  return { keys, path, place, node, unsupported }
}

const isEmptyOrLong = (node: Node): boolean => node.kind !== 'scalar' || node.value === null

const describe = (spot: Spot, error: SchemaError): Finding => {
  const { path, place, node } = spot
  const { params } = error
  switch (error.keyword) {
    case 'additionalProperties':
      return describeKey(spot, error)
    case 'type':
      return value(`${path}: ${shown(node)} is not ${typeNames(params['type'])}`)
    case 'enum':
      return value(`${path}: ${shown(node)} is not one of ${list(params['allowedValues'])}`, near(node, params))
    case 'required':
      return value(`${path}: "${String(params['missingProperty'])}" is missing`)
    default:
      return value(`${path}: ${shown(node)} breaks the rule "${error.keyword}"`)
  }
  function value(message: string, hint?: string): Finding {
    return { code: 'E_COMPOSE_VALUE', message, path, place, hint }
  }
}

const NAMED = new Set([
  '#/properties/services',
  '#/properties/networks',
  '#/properties/volumes',
  '#/properties/configs',
])
const isNamed = (pointer: string): boolean => NAMED.has(pointer) || pointer === '#/properties/secrets'

const describeKey = ({ path, place, keys, unsupported }: Spot, { schemaPath, params }: SchemaError): Finding => {
  const key = String(params['additionalProperty'])
  const pointer = schemaPath.replace(/\/additionalProperties$/, '')
  const parent = keys.length > 1 ? path.slice(0, -key.length - 1) : 'the top level'
  if (isNamed(pointer)) {
    const message = `${parent}: "${key}" is no name: letters, digits, ".", "_" and "-" only`
    return { code: 'E_COMPOSE_VALUE', message, path, place }
  }
  if (unsupported.includes(key)) {
    return { code: 'E_COMPOSE_UNSUPPORTED', message: `${parent}: attribute "${key}" is not supported yet`, path, place }
  }
  const guess = suggest(key, [...(propertyNames[pointer] ?? []), ...unsupported])
  return {
    code: 'E_COMPOSE_UNKNOWN_KEY',
    message: `${parent}: unknown attribute "${key}"`,
    path,
    place,
    hint: guess && `Did you mean "${guess}"?`,
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'empty',
}

const typeNames = (types: unknown): string => {
  const names = [types].flat().map((type) => TYPE_NAMES[String(type)] ?? String(type))
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
}

const shown = (node: Node): string => {
  if (node.kind === 'map') return 'a mapping'
  if (node.kind === 'seq') return 'a list'
  if (node.value === null) return 'nothing'
  return typeof node.value === 'string' ? `"${node.value}"` : String(node.value)
}

const list = (values: unknown): string => (Array.isArray(values) ? values.join(', ') : String(values))

const near = (node: Node, params: SchemaError['params']): string | undefined => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined
  const guess = suggest(node.value, [params['allowedValues']].flat().map(String))
  return guess && `Did you mean "${guess}"?`
}

const remove = (node: Node, [key, ...rest]: readonly string[]): Node => {
  if (key === undefined || node.kind === 'scalar') return node
  if (node.kind === 'seq') {
    // Items keep their number while there are more errors to place: an item at fault becomes null.
    return { ...node, items: node.items.map((item, i) => (i === Number(key) ? emptied(item, rest) : item)) }
  }
  const found = node.entries.get(key)
  if (!found) return node
  const entries = new Map(node.entries)
  if (rest.length === 0) entries.delete(key)
  else entries.set(key, { key: found.key, value: remove(found.value, rest) })
  return { ...node, entries }
}

const emptied = (item: Node, rest: readonly string[]): Node =>
  rest.length === 0 ? { kind: 'scalar', value: null, at: item.at } : remove(item, rest)
