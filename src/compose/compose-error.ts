import { AppError } from '../errors/app-error.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { printWhere } from '../errors/where.ts'

/** All findings of one run over the project's files, errors first. */
export class ComposeError extends AppError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    const first = diagnostics[0]
    super('E_COMPOSE_INVALID', summary(diagnostics), first?.where ? { where: first.where } : {})
    this.diagnostics = diagnostics
  }
}

const summary = (diagnostics: readonly Diagnostic[]): string => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (errors.length === 1 && first) {
    return `Cannot use the compose file: ${first.where ? `${printWhere(first.where)}: ` : ''}${first.message}`
  }
  return `Cannot use the compose file: ${errors.length} errors`
}
