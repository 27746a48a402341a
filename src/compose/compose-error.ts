import { AppError } from '../errors/app-error.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { printWhere } from '../errors/where.ts'

/** All findings of one run over the project's files: errors first, in the order of the files and of their lines. */
export class ComposeError extends AppError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    const sorted = inFileOrder(diagnostics)
    const first = sorted[0]
    super('E_COMPOSE_INVALID', summary(sorted), first?.where ? { where: first.where } : {})
    this.diagnostics = sorted
  }
}

const inFileOrder = (diagnostics: readonly Diagnostic[]): Diagnostic[] => {
  const files = [...new Set(diagnostics.map(({ where }) => where?.file))]
  const rank = ({ severity, where }: Diagnostic): number[] => [
    severity === 'error' ? 0 : 1,
    files.indexOf(where?.file),
    where?.line ?? 0,
    where?.column ?? 0,
  ]
  return diagnostics
    .map((diagnostic) => ({ diagnostic, rank: rank(diagnostic) }))
    .sort((a, b) => a.rank.map((part, i) => part - (b.rank[i] ?? 0)).find((difference) => difference !== 0) ?? 0)
    .map(({ diagnostic }) => diagnostic)
}

const summary = (diagnostics: readonly Diagnostic[]): string => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (errors.length === 1 && first) {
    return `Cannot use the compose file: ${first.where ? `${printWhere(first.where)}: ` : ''}${first.message}`
  }
  return `Cannot use the compose file: ${errors.length} errors`
}
