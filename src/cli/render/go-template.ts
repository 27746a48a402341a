import { usageError } from '../usage-error.ts'

/** What a template may name: `{{.Name}}`. */
export type TemplateRow = Readonly<Record<string, unknown>>

type Part = (row: TemplateRow) => string

const FUNCTIONS: Readonly<Record<string, (value: unknown) => string>> = {
  '': (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  json: (value) => goJson(value),
  upper: (value) => String(value).toUpperCase(),
  lower: (value) => String(value).toLowerCase(),
}

/**
 * The part of Go's templates that `--format` is used with: text, `{{.Field}}`, `{{json .Field}}`, `{{json .}}`,
 * `{{upper .Field}}`, `{{lower .Field}}`, `{{.Label "key"}}`.
 * @throws E_CLI_USAGE for anything else, and for fields that are not in `fields`
 */
export const goTemplate = (template: string, fields: readonly string[]): ((row: TemplateRow) => string) => {
  const parts = unescape(template)
    .split(/(\{\{.*?\}\})/s)
    .map((text): Part => {
      const action = /^\{\{-?\s*(.*?)\s*-?\}\}$/s.exec(text)?.[1]
      return action === undefined ? () => text : compile(action, fields)
    })
  return (row) => parts.map((part) => part(row)).join('')
}

/** The fields that a template shows, for the head of a table. */
export const templateFields = (template: string): string[] =>
  [...template.matchAll(/\{\{[^}]*?\.(\w+)[^}]*\}\}/g)].map((match) => match[1] ?? '')

const compile = (action: string, fields: readonly string[]): Part => {
  const label = /^\.Label\s+"([^"]*)"$/.exec(action)?.[1]
  if (label !== undefined) return (row) => (row['LabelMap'] as Record<string, string> | undefined)?.[label] ?? ''
  const match = /^(?:(\w+)\s+)?\.(\w*)$/.exec(action)
  const print = FUNCTIONS[match?.[1] ?? '']
  const field = match?.[2]
  if (field === undefined || !print) throw bad(action, fields)
  if (field === '') return (row) => print(Object.fromEntries(fields.map((name) => [name, row[name]])))
  if (!fields.includes(field)) throw bad(action, fields)
  return (row) => print(row[field])
}

const unescape = (template: string): string =>
  template.replaceAll(String.raw`\t`, '\t').replaceAll(String.raw`\n`, '\n')

const bad = (action: string, fields: readonly string[]): Error =>
  usageError(`template parsing error: cannot use "{{${action}}}"`, `Fields are: ${fields.join(', ')}`)

const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

/** JSON as Go's encoder writes it: `<`, `>` and `&` escaped. */
export const goJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[<>&]/g, (character) => ESCAPES[character] ?? character)
