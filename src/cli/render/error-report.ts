import { AppError, messageOf } from '../../errors/app-error.ts'
import { type Diagnostic, printDiagnostic } from '../../errors/diagnostic.ts'
import { clean } from './clean.ts'

/** Lines for standard error that tell what went wrong and what to do; with `debug` also how it came to that. */
export const errorReport = (error: unknown, { debug = false }: { debug?: boolean } = {}): string => {
  const lines = reportLines(error, new Set())
  if (debug) lines.push(...stackLines(error))
  return clean(lines.map((line) => `${line}\n`).join(''))
}

/** The same for programs, with `--progress json`. */
export const jsonErrorReport = (error: unknown): string => {
  const code = error instanceof AppError ? { code: error.code } : {}
  return `${JSON.stringify({ error: true, ...code, message: errorReport(error).trimEnd() })}\n`
}

/** Exit status of a command that failed with `error`. */
export const exitCodeOf = (error: unknown): number => (error instanceof AppError ? error.exitCode : 1)

/** Warnings of a file, as they are printed before a command's own work. */
export const warningReport = (warnings: readonly Diagnostic[]): string =>
  clean(warnings.map((warning) => `${printDiagnostic(warning)}\n`).join(''))

const reportLines = (error: unknown, seen: Set<string>): string[] => {
  const findings = diagnosticsOf(error)
  if (findings.length > 0) return findings.map(printDiagnostic).filter((text) => isNew(text, seen))
  if (error instanceof AggregateError) return error.errors.flatMap((one) => reportLines(one, seen))
  if (error instanceof AppError) return appErrorLines(error).filter((text) => isNew(text, seen))
  return [`unexpected error: ${messageOf(error)}`, '  Run the command with --debug to see where it happened']
}

const appErrorLines = (error: AppError): string[] => {
  if (error.where) {
    const diagnostic = { severity: 'error', code: error.code, message: error.message, where: error.where } as const
    return [printDiagnostic(error.hint ? { ...diagnostic, hint: error.hint } : diagnostic)]
  }
  return [error.message, ...(error.hint ? [`  ${error.hint}`] : [])]
}

const diagnosticsOf = (error: unknown): readonly Diagnostic[] =>
  error instanceof Error && 'diagnostics' in error && Array.isArray(error.diagnostics)
    ? (error.diagnostics as Diagnostic[])
    : []

const isNew = (text: string, seen: Set<string>): boolean => {
  if (seen.has(text)) return false
  seen.add(text)
  return true
}

const stackLines = (error: unknown): string[] => {
  if (!(error instanceof Error)) return []
  const causes = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause]
  const code = error instanceof AppError ? `${error.code}: ` : ''
  return ['', code + (error.stack ?? error.message), ...causes.filter(Boolean).flatMap(stackLines)]
}
