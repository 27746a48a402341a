/**
 * How a Go struct is written by `encoding/json`: in the order of its fields, map keys sorted, `<`, `>` and `&` escaped.
 *
 * - `scalar`: as JSON has it
 * - `float32`: the shortest decimal that reads back as the same 32-bit number
 * - `bytes`: a number written as a string
 * - `struct` with `orNumber`: a number other than 0 stands for itself, 0 is an empty struct
 */
export type Shape =
  | 'scalar'
  | 'float32'
  | 'bytes'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly struct: readonly Field[]; readonly orNumber?: boolean }

/**
 * - `empty` (`omitempty`): left out when zero: false, 0, `''`, an empty list or map, a pointer to nothing
 * - `absent` (a pointer to a scalar): left out only when it is not there
 * - `value` (a struct by value): written as `{}` when it is not there
 * - `null` (no `omitempty`): written as null when it is not there
 */
export type Omission = 'empty' | 'absent' | 'value' | 'null'

export type Field = readonly [key: string, shape: Shape, omission: Omission]

export const goJson = (value: unknown, shape: Shape): string => {
  if (value === null || value === undefined) return 'null'
  if (shape === 'scalar') return quoteScalar(value)
  if (shape === 'float32') return shortestFloat32(Number(value))
  if (shape === 'bytes') return quoteScalar(`${value as string | number}`)
  if ('list' in shape) return `[${(value as readonly unknown[]).map((item) => goJson(item, shape.list)).join(',')}]`
  if ('map' in shape) return goMap(value as Record<string, unknown>, shape.map)
  if (typeof value === 'number') return value === 0 ? '{}' : String(value)
  return `{${goFields(value as Record<string, unknown>, shape.struct)
    .map(printField)
    .join(',')}}`
}

/** The fields that are written, in order, each with its JSON. */
export const goFields = (value: Readonly<Record<string, unknown>>, fields: readonly Field[]): [string, string][] =>
  fields.flatMap(([key, shape, omission]): [string, string][] => {
    const text = fieldText(value[key], shape, omission)
    return text === undefined ? [] : [[key, text]]
  })

const printField = ([key, text]: readonly [string, string]): string => `${quoteScalar(key)}:${text}`

const fieldText = (value: unknown, shape: Shape, omission: Omission): string | undefined => {
  if (value === null || value === undefined) {
    return { empty: undefined, absent: undefined, value: '{}', null: 'null' }[omission]
  }
  if (omission === 'empty' && isZero(value, shape)) return undefined
  return goJson(value, shape)
}

const isZero = (value: unknown, shape: Shape): boolean => {
  if (shape === 'scalar' || shape === 'float32') return value === '' || value === 0 || value === false
  if (shape === 'bytes') return Number(value) === 0
  if ('struct' in shape) return false
  return Object.keys(value as object).length === 0
}

const goMap = (map: Readonly<Record<string, unknown>>, shape: Shape): string => {
  const keys = Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${keys.map((key) => `${quoteScalar(key)}:${goJson(map[key], shape)}`).join(',')}}`
}

const ESCAPED = /[<>&\u2028\u2029]/g

const quoteScalar = (value: unknown): string =>
  JSON.stringify(value).replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

const shortestFloat32 = (value: number): string => {
  const wanted = Math.fround(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(wanted.toPrecision(digits))
    if (Math.fround(text) === wanted) return String(text)
  }
  return String(Number(wanted.toPrecision(9)))
}
