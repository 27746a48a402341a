import { scalarText } from '../source/scalar.ts'
import { literalHeader, yamlString } from './yaml-string.ts'

/** Block-style YAML with two spaces and indented lists, in the quoting style of Go's encoder; keys as they come. */
export const emitYaml = (value: unknown): string => {
  const out: Output = { lines: [], keys: new Map() }
  emit(value, '', '', out)
  return `${out.lines.join('\n')}\n`
}

interface Output {
  readonly lines: string[]
  /** Keys as they are written; most come many times. */
  readonly keys: Map<string, string>
}

/**
 * Appends the value's lines. The first one starts with `prefix`: an indented key or dash, or nothing. What follows a
 * dash stands on the dash's line, what follows a key on the next.
 */
const emit = (value: unknown, indent: string, prefix: string, out: Output): void => {
  const isList = Array.isArray(value)
  if (!isList && !isRecord(value)) return emitScalar(value, indent, prefix, out)
  const items = Object.entries(value)
  if (items.length === 0) {
    out.lines.push(prefix + (isList ? '[]' : '{}'))
    return
  }
  const isAfterDash = prefix.endsWith('- ')
  if (prefix !== '' && !isAfterDash) out.lines.push(prefix.slice(0, -1))
  let start = isAfterDash ? prefix : indent
  for (const [key, item] of items) {
    emit(item, `${indent}  `, start + (isList ? '- ' : `${writtenKey(key, out.keys)}: `), out)
    start = indent
  }
}

const writtenKey = (key: string, keys: Map<string, string>): string => {
  const known = keys.get(key) ?? yamlString(key)
  keys.set(key, known)
  return known
}

const emitScalar = (value: unknown, indent: string, prefix: string, { lines }: Output): void => {
  if (typeof value !== 'string') {
    lines.push(prefix + (value === null ? 'null' : scalarText(value as number | boolean)))
    return
  }
  const header = literalHeader(value)
  lines.push(prefix + (header ?? yamlString(value)))
  if (header === undefined) return
  for (const line of value.replace(/\n$/, '').split('\n')) lines.push(line === '' ? '' : indent + line)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
