import { cleanLine } from './clean.ts'
import { type TemplateRow, goJson, goTemplate, templateFields } from './go-template.ts'
import { table } from './table.ts'

export interface RowFormat {
  /** Fields that `json` and templates offer, in order. */
  readonly fields: readonly string[]
  /** Columns of the plain table: heading and field. */
  readonly columns: readonly (readonly [heading: string, field: string])[]
}

/** Rows as `--format` asks: `table`, `table TEMPLATE`, `json` (one object a line), or a Go template. */
export const formatRows = (rows: readonly TemplateRow[], format: string, { fields, columns }: RowFormat): string => {
  if (format === '' || format === 'table') {
    return table([
      columns.map(([heading]) => heading),
      ...rows.map((row) => columns.map(([, field]) => cell(row[field]))),
    ])
  }
  if (format === 'json') {
    return rows.map((row) => `${goJson(Object.fromEntries(fields.map((name) => [name, row[name]])))}\n`).join('')
  }
  const layout = /^table\s+(.*)$/s.exec(format)?.[1]
  const print = goTemplate(layout ?? format, fields)
  const lines = rows.map((row) => print(row).split('\t').map(cell))
  if (layout === undefined) return lines.map((cells) => `${cells.join('\t')}\n`).join('')
  const heading = (field: string): string => columns.find(([, name]) => name === field)?.[0] ?? field.toUpperCase()
  return table([templateFields(layout).map(heading), ...lines])
}

const cell = (value: unknown): string => cleanLine(typeof value === 'string' ? value : goJson(value ?? ''))
