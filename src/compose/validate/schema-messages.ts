import { suggest } from '../../lib/suggest.ts'
import { type Node, type Place, child } from '../node.ts'
import type { Finding } from '../report.ts'
import { scalarText } from '../source/scalar.ts'
import type { SchemaError } from './schema-validator.generated.js'

/** Names that a mapping's keys can have. */
export interface Names {
  readonly supported: readonly string[]
  /** Known to Compose, not supported here. */
  readonly unsupported: readonly string[]
}

/** Where a schema error is. */
export interface Spot {
  readonly keys: readonly string[]
  readonly path: string
  readonly place: Place
  readonly node: Node
  /** What may stand in the mapping of the last key. */
  readonly names: Names
}

/** A schema error as a finding in the words of the format. */
export const describe = (spot: Spot, error: SchemaError): Finding => {
  const { path, place, node } = spot
  const { keyword, params } = error
  const value = (detail: string, hint?: string): Finding => {
    return { code: 'E_COMPOSE_VALUE', message: `${path === '' ? 'the top level' : path}: ${detail}`, path, place, hint }
  }
  switch (keyword) {
    case 'additionalProperties':
      return describeKey(spot, String(params['additionalProperty']))
    case 'type':
      return value(`must be ${typeNames(params['type'])}, not ${shown(node)}`, inQuotes(node, params['type']))
    case 'enum':
      return value(`must be ${oneOf(params['allowedValues'])}, not ${shown(node)}`, near(node, params['allowedValues']))
    case 'required':
      return value(`"${String(params['missingProperty'])}" is missing`)
    default:
      return value(`${shown(node)} breaks the rule "${keyword}"`)
  }
}

/** Mappings whose keys are names that the user gives. */
const NAMED = ['services', 'networks', 'volumes', 'configs', 'secrets']

const describeKey = ({ path, place, keys, node, names }: Spot, key: string): Finding => {
  const parent = keys.length > 1 ? path.slice(0, -key.length - 1) : 'the top level'
  if (keys.length === 2 && NAMED.includes(keys[0] ?? '')) {
    const message = `${parent}: "${key}" is no name: letters, digits, ".", "_" and "-" only`
    return { code: 'E_COMPOSE_VALUE', message, path, place }
  }
  if (names.unsupported.includes(key)) {
    return { code: 'E_COMPOSE_UNSUPPORTED', message: `${parent}: attribute "${key}" is not supported yet`, path, place }
  }
  const guess = suggest(key, [...names.supported, ...names.unsupported])
  return {
    code: 'E_COMPOSE_UNKNOWN_KEY',
    message: `${parent}: unknown attribute "${key}"`,
    path,
    place,
    hint: guess ? `Did you mean "${guess}"?` : misplaced(node, keys),
  }
}

/** A service at the top level, as the first version of the format had them. */
const misplaced = (node: Node, keys: readonly string[]): string | undefined =>
  keys.length === 1 && (child(node, 'image') || child(node, 'build')) ? 'Put services under "services:"' : undefined

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
  const all = [types].flat().map(String)
  return orList(all.filter((type) => type !== 'string' || isText(all)).map((type) => TYPE_NAMES[type] ?? type))
}

/** Whether text is a value of its own: beside numbers and booleans it is there to hold an expression. */
const isText = (types: readonly unknown[]): boolean =>
  types.includes('string') && !(types.length === 2 && (types.includes('boolean') || types.includes('integer')))

const oneOf = (values: unknown): string => orList([values].flat().map((value) => `"${String(value)}"`))

const orList = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`

const shown = (node: Node): string => {
  if (node.kind === 'map') return 'a mapping'
  if (node.kind === 'seq') return 'a list'
  if (node.value === null) return 'empty'
  return typeof node.value === 'string' ? `"${node.value}"` : scalarText(node.value)
}

const inQuotes = (node: Node, types: unknown): string | undefined => {
  if (node.kind !== 'scalar' || node.value === null || !isText([types].flat())) return undefined
  return `Put it in quotes: "${scalarText(node.value)}"`
}

const near = (node: Node, values: unknown): string | undefined => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined
  const guess = suggest(node.value, [values].flat().map(String))
  return guess && `Did you mean "${guess}"?`
}
