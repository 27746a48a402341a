import { scalarText } from '../source/scalar.ts'
import { literalHeader, yamlString } from './yaml-string.ts'

/** Block-style YAML with two spaces and indented lists, in the quoting style of Go's encoder; keys as they come. */
export const emitYaml = (value: unknown): string => {
  const out: Output = { lines: [], written: new Map() }
  emit(value, '', '', out)
  return `${out.lines.join('\n')}\n`
}

interface Output {
  readonly lines: string[]
  /** Texts as they are written; most come many times. */
  readonly written: Map<string, string>
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
    emit(item, `${indent}  `, start + (isList ? '- ' : `${writeText(key, out)}: `), out)
    start = indent
  }
}

const writeText = (text: string, { written }: Output): string => {
  const known = written.get(text)
  if (known !== undefined) return known
  const fresh = yamlString(text)
  written.set(text, fresh)
  return fresh
}

const emitScalar = (value: unknown, indent: string, prefix: string, out: Output): void => {
  const { lines } = out
  if (typeof value !== 'string') {
    lines.push(prefix + (value === null ? 'null' : scalarText(value as number | boolean)))
    return
  }
  const header = value.includes('\n') ? literalHeader(value) : undefined
  lines.push(prefix + (header ?? writeText(value, out)))
  if (header === undefined) return
  for (const line of value.replace(/\n$/, '').split('\n')) lines.push(line === '' ? '' : indent + line)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
