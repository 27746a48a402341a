/** Go's tabwriter as docker sets it: cells padded to a common width, the last one as it is. */
export const table = (
  rows: readonly (readonly string[])[],
  { minWidth = 10, padding = 3 }: { minWidth?: number; padding?: number } = {},
): string => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(minWidth, ...rows.map((row) => textWidth(row[column] ?? '') + padding)),
  )
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === columns - 1 ? cell : pad(cell, widths[column] ?? 0))).join('')
  return rows.map((row) => `${line(row)}\n`).join('')
}

/** Characters, not UTF-16 units. */
const textWidth = (text: string): number => Array.from(text).length

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))
