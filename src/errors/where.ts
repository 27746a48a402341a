/** A place in a user's file; line and column count from 1. */
export interface Where {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The text of that line, for the excerpt with a caret. */
  readonly text?: string
  /** Number of characters that the caret underlines; 1 when absent. */
  readonly length?: number
}

/** `file:line:column`, as editors and terminals open it. */
export const printWhere = (where: Where): string => `${where.file}:${where.line}:${where.column}`
