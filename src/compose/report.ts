import type { ErrorCode } from '../errors/catalogue.ts'
import { catalogue } from '../errors/catalogue.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { type Place, whereOf } from './node.ts'

export interface Finding {
  readonly code: ErrorCode
  readonly message: string
  /** Path of the value, `services.web.ports[0]`; '' when the finding is about a whole file. */
  readonly path: string
  readonly place?: Place | undefined
  /** Default: the catalogue's hint for the code. */
  readonly hint?: string | undefined
}

/** Collects the findings of a run. */
export interface Report {
  error(finding: Finding): void
  warning(finding: Finding): void
  /** Whether an error was found at this path or below it: then nothing can be said about what is missing there. */
  isDamaged(path: string): boolean
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/**
 * A new, empty report. One place, and one path, gets one error, the first: what follows from a bad value is no finding of its own.
 * Equal warnings are kept once.
 */
export const createReport = (): Report => {
  const errors: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  const places = new Set<string>()
  const messages = new Set<string>()
  const damaged: string[] = []
  return {
    errors,
    warnings,
    error(finding) {
      const { path, place, message } = finding
      const id = place ? `${place.source.path}:${place.start}` : message
      const isKnown = places.has(id) || (path !== '' && damaged.includes(path))
      damaged.push(path)
      places.add(id)
      if (isKnown) return
      errors.push(diagnostic('error', finding))
    },
    warning(finding) {
      if (messages.has(finding.message)) return
      messages.add(finding.message)
      warnings.push(diagnostic('warning', finding))
    },
    isDamaged: (path) => damaged.some((other) => isInside(other, path)),
  }
}

const isInside = (path: string, parent: string): boolean =>
  path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`)

const diagnostic = (severity: 'error' | 'warning', { code, message, place, hint }: Finding): Diagnostic => {
  // A message about a value says itself what is wanted.
  const advice = hint ?? (code === 'E_COMPOSE_VALUE' ? undefined : catalogue[code].hint)
  const where = place && whereOf(place)
  return { severity, code, message, ...(where && { where }), ...(advice && { hint: advice }) }
}
