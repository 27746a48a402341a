import type { Filters } from '../port/common.ts'

export type QueryValue = string | number | boolean | readonly string[] | undefined

/** `?a=1&b=x`, or nothing. Absent and false parameters are left out; a list repeats its name. */
export const queryString = (query: Readonly<Record<string, QueryValue>>): string => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'object') for (const item of value) params.append(name, item)
    else params.set(name, value === true ? '1' : String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** The encoding of Go's clients, which every engine reads: `{"label":{"a=b":true}}`. */
export const filtersParam = (filters: Filters | undefined): string | undefined => {
  if (filters === undefined || Object.keys(filters).length === 0) return undefined
  const sets = Object.entries(filters).map(([key, values]) => [
    key,
    Object.fromEntries(values.map((value) => [value, true])),
  ])
  return JSON.stringify(Object.fromEntries(sets))
}

/** `SECONDS.NANOSECONDS`, as the API takes a time. */
export const timeParam = (seconds: number | undefined): string | undefined => seconds?.toFixed(9)
