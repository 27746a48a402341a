import type { Field, Layout } from './layout.ts'

export type Format = 'json' | 'yaml'

/** Mapping keys in the format's order. */
export type KeyOrder = (a: string, b: string) => number

/** By code unit, as Go's JSON has them. */
export const plainOrder: KeyOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** A copy with the layout's keys in order and what it omits left out; insertion order is printing order. */
export const arrange = (value: unknown, layout: Layout, format: Format, order: KeyOrder): unknown => {
  if (Array.isArray(value)) {
    const of: Layout = layout.kind === 'list' ? layout.of : { kind: 'any' }
    return value.map((item: unknown) => arrange(item, of, format, order))
  }
  if (!isRecord(value)) return value
  if (layout.kind === 'struct') return arrangeStruct(value, layout.fields, format, order)
  const of: Layout = layout.kind === 'map' ? layout.of : { kind: 'any' }
  return sorted(Object.keys(value), order, (key) => arrange(value[key], of, format, order))
}

const arrangeStruct = (
  value: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  format: Format,
  order: KeyOrder,
): Record<string, unknown> => {
  const result: Record<string, unknown> = {}
  for (const { key, layout, keep, json } of fields) {
    const given = value[key] ?? undefined
    const field = given === undefined ? undefined : arrange(given, layout, format, order)
    if (field !== undefined && (keep || !isZero(field))) result[key] = field
    else if (format === 'json' && json) result[key] = json === 'null' ? null : {}
  }
  // Go's JSON leaves extensions of inner structures out.
  if (format === 'json') return result
  const extensions = Object.keys(value).filter((key) => key.startsWith('x-'))
  return { ...result, ...sorted(extensions, order, (key) => arrange(value[key], { kind: 'any' }, format, order)) }
}

const sorted = (keys: string[], order: KeyOrder, value: (key: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(keys.sort(order).map((key) => [key, value(key)]))

const isZero = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return !value
  for (const _ in value) return false
  return true
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
