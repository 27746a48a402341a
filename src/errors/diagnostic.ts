import type { ErrorCode } from './catalogue.ts'
import { type Where, printWhere } from './where.ts'

/** One finding in a user's file. Phases collect them; the edge throws or prints them all at once. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: ErrorCode
  readonly message: string
  readonly where?: Where
  readonly hint?: string
}

/**
 * Several lines for a terminal: place and message, the source line with a caret under the value, and the hint.
 *
 *     compose.yml:4:5: error: unknown attribute "imag" of service "web"
 *         imag: nginx
 *         ^^^^
 *       did you mean "image"?
 */
export const printDiagnostic = (diagnostic: Diagnostic): string => {
  const place = diagnostic.where ? `${printWhere(diagnostic.where)}: ` : ''
  const lines = [`${place}${diagnostic.severity}: ${diagnostic.message}`]
  if (diagnostic.where?.text !== undefined) lines.push(...excerpt(diagnostic.where))
  if (diagnostic.hint) lines.push(`  ${diagnostic.hint}`)
  return lines.join('\n')
}

const excerpt = (where: Where): string[] => {
  const text = (where.text ?? '').replaceAll('\t', ' ')
  const room = Math.max(1, text.length - where.column + 1)
  const caret = ' '.repeat(where.column - 1) + '^'.repeat(Math.max(1, Math.min(where.length ?? 1, room)))
  return [`    ${text}`, `    ${caret}`]
}
