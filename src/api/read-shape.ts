import { badRequest } from './bad-request.ts'

/**
 * What a JSON value must look like. `strings` is Docker's `strslice`: a list, or one string for a list of one.
 * A map's `null` values are kept for lists and read as empty for the rest.
 */
export type Shape =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'object'
  | 'strings'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> }

/** One shape for each field of `T`: a field that is forgotten, or not in `T`, does not compile. */
export type FieldsOf<T> = { readonly fields: Readonly<Record<keyof T, Shape>> }

/**
 * The value with known fields only, names matched without regard to case, and `null` fields left out, as Go reads JSON.
 * @throws E_API_BAD_REQUEST naming the field whose type is wrong
 */
export const readShape = <T>(value: unknown, shape: FieldsOf<T>): T => readFields(value, shape.fields, '') as T

const read = (value: unknown, shape: Shape, path: string): unknown => {
  if (typeof shape === 'string') return READERS[shape](value, path)
  if ('list' in shape) return readList(value, shape.list, path)
  if ('map' in shape) return readMap(value, shape.map, path)
  return readFields(value, shape.fields, path)
}

const readFields = (value: unknown, fields: Readonly<Record<string, Shape>>, path: string): Record<string, unknown> => {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]))
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(record(value, path))) {
    const name = names.get(key.toLowerCase())
    const shape = name === undefined ? undefined : fields[name]
    if (name !== undefined && shape !== undefined && item !== null) result[name] = read(item, shape, join(path, name))
  }
  return result
}

const readMap = (value: unknown, shape: Shape, path: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record(value, path)).map(([key, item]) => [
      key,
      item === null ? emptyOf(shape) : read(item, shape, join(path, key)),
    ]),
  )

const readList = (value: unknown, shape: Shape, path: string): unknown[] => {
  if (!Array.isArray(value)) throw wrong(path, 'a list', value)
  return value.map((item, index) => read(item, shape, `${path}[${index}]`))
}

const READERS: Readonly<Record<Extract<Shape, string>, (value: unknown, path: string) => unknown>> = {
  string: (value, path) => {
    if (typeof value !== 'string') throw wrong(path, 'a string', value)
    return value
  },
  integer: (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(path, 'a whole number', value)
    return value
  },
  boolean: (value, path) => {
    if (typeof value !== 'boolean') throw wrong(path, 'true or false', value)
    return value
  },
  object: (value, path) => record(value, path),
  strings: (value, path) => (typeof value === 'string' ? [value] : readList(value, 'string', path)),
}

const emptyOf = (shape: Shape): unknown => {
  if (shape === 'string') return ''
  if (typeof shape === 'object' && 'list' in shape) return null
  return {}
}

const record = (value: unknown, path: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object', value)
  return value as Record<string, unknown>
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const wrong = (path: string, wanted: string, value: unknown): Error =>
  badRequest(`invalid JSON: ${path === '' ? 'body' : `field "${path}"`} must be ${wanted}: got ${typeName(value)}`)

const typeName = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}
