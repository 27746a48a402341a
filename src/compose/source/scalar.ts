import type { ScalarValue } from '../node.ts'

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
])

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9]\d*|0)$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const U64 = 2n ** 64n
const I64 = 2n ** 63n

/**
 * The value of a plain (unquoted) scalar, as Go's YAML decoder reads it: YAML 1.2 words, and integers with `_`,
 * `0x`, `0o`, `0b` and a leading 0 for octal. `yes`, `22:22` and dates are strings.
 */
export const readPlainScalar = (source: string): ScalarValue => {
  const word = WORDS.get(source)
  if (word !== undefined) return word
  if (!/^[-+.\d]/.test(source)) return source
  const plain = source.replaceAll('_', '')
  return readInteger(plain) ?? (FLOAT.test(plain) ? Number(plain) : source)
}

const readInteger = (plain: string): number | bigint | undefined => {
  const match = INTEGER.exec(plain)
  if (!match) return undefined
  const digits = (match[2] ?? '').replace(/^0(?=[0-7])/, '0o')
  const magnitude = BigInt(digits)
  const value = match[1] === '-' ? -magnitude : magnitude
  if (value >= U64 || value < -I64) return undefined
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** A scalar as Go prints it with `%v`: what an untyped value becomes where text is wanted (`1.10` → `1.1`). */
export const scalarText = (value: ScalarValue): string => {
  if (typeof value !== 'number' || Number.isInteger(value)) return plainNumber(value)
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return exponentForm(value)
}

const plainNumber = (value: ScalarValue): string =>
  typeof value === 'number' && Math.abs(value) >= 1e21 ? exponentForm(value) : String(value ?? '')

const exponentForm = (value: number): string => {
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -4 && exponent < 21) return String(value)
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2')
}
