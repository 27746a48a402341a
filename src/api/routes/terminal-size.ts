import { badRequest } from '../bad-request.ts'
import type { Query } from '../query.ts'

/** `?h=ROWS&w=COLUMNS`. @throws E_API_BAD_REQUEST when one is missing or no number of a terminal */
export const terminalSize = (query: Query): { rows: number; columns: number } => ({
  rows: side(query, 'h'),
  columns: side(query, 'w'),
})

const side = (query: Query, name: string): number => {
  const value = query.integer(name)
  if (value === undefined || value < 0 || value > 0xffff) {
    throw badRequest(`invalid terminal size: "${name}" must be between 0 and 65535`)
  }
  return value
}
