import type { Filters } from '../port/common.ts'
import { parseTimestamp } from '../lib/timestamp.ts'
import { badRequest } from './bad-request.ts'

const FALSE: readonly string[] = ['', '0', 'no', 'false', 'none']

/** Docker's reading of the query string. Empty parameters are as good as absent. */
export interface Query {
  text(name: string): string | undefined
  /** Go's BoolValue: anything but `''`, `0`, `no`, `false`, `none` is true; `fallback` when the name is absent. */
  flag(name: string, fallback?: boolean): boolean
  /** @throws E_API_BAD_REQUEST when it is no whole number */
  integer(name: string): number | undefined
  /** Unix seconds; `''` and `0` mean none. @throws E_API_BAD_REQUEST when it is no time */
  time(name: string): number | undefined
  all(name: string): string[]
  /** @throws E_API_BAD_REQUEST when it is no JSON */
  json(name: string): unknown
  /**
   * `{"label":{"a=b":true}}` (Go's clients) and `{"label":["a=b"]}` (all others).
   * @throws E_API_BAD_REQUEST with Docker's words for a key that is not known
   */
  filters(known: readonly string[]): Filters | undefined
}

export const parseQuery = (search: string): Query => {
  const params = new URLSearchParams(search)
  const text = (name: string): string | undefined => params.get(name) || undefined
  const json = (name: string): unknown => {
    const value = text(name)
    return value === undefined ? undefined : parseJson(name, value)
  }
  return {
    text,
    json,
    all: (name) => params.getAll(name).filter((value) => value !== ''),
    flag: (name, fallback = false) => {
      const value = params.get(name)
      return value === null ? fallback : !FALSE.includes(value.trim().toLowerCase())
    },
    integer: (name) => {
      const value = text(name)
      if (value !== undefined && !/^[+-]?\d+$/.test(value)) {
        throw badRequest(`invalid value "${value}" of "${name}": not a whole number`)
      }
      return value === undefined ? undefined : Number(value)
    },
    time: (name) => {
      const value = text(name)
      if (value === undefined || value === '0') return undefined
      const seconds = parseTimestamp(value, Date.now())
      if (seconds === undefined) throw badRequest(`invalid value "${value}" of "${name}": not a time`)
      return seconds
    },
    filters: (known) => readFilters(json('filters'), known),
  }
}

const parseJson = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badRequest(`invalid value of "${name}": ${error instanceof Error ? error.message : 'not JSON'}`)
  }
}

const readFilters = (value: unknown, known: readonly string[]): Filters | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest('invalid filters: not a JSON object')
  const filters: Record<string, readonly string[]> = {}
  for (const [key, values] of Object.entries(value)) {
    if (!known.includes(key)) throw badRequest(`invalid filter '${key}'`, `Known here: ${known.join(', ')}`)
    filters[key] = filterValues(key, values)
  }
  return filters
}

const filterValues = (key: string, values: unknown): readonly string[] => {
  if (Array.isArray(values)) return values.map(String)
  if (typeof values !== 'object' || values === null) throw badRequest(`invalid filter '${key}': no list of values`)
  return Object.entries(values).flatMap(([value, on]) => (on === true ? [value] : []))
}
