import type { Diagnostic } from '../errors/diagnostic.ts'
import { serviceOrder, withDependencies } from '../graph/order.ts'
import { suggest } from '../lib/suggest.ts'
import type { Desired, DesiredService } from './desired.ts'
import type { UpPolicy } from './policy.ts'

export interface Scope {
  /** Dependencies first. */
  readonly services: readonly DesiredService[]
  readonly names: ReadonlySet<string>
  /** Asked for, not only needed; all, when none was named. */
  readonly targets: ReadonlySet<string>
  /** Names that no service has. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The services that a policy is about.
 * @throws E_GRAPH_CYCLE
 */
export const scopeOf = (desired: Desired, policy: Pick<UpPolicy, 'services' | 'noDeps'>): Scope => {
  const known = policy.services.filter((name) => name in desired.services)
  const wanted = policy.services.length === 0 ? desired.graph.nodes : known
  const names = new Set(policy.noDeps ? wanted : withDependencies(desired.graph, wanted))
  const services = serviceOrder(desired.graph).flatMap((name) => {
    const service = desired.services[name]
    return service && names.has(name) ? [service] : []
  })
  const unknown = policy.services.filter((name) => !(name in desired.services))
  return {
    services,
    names,
    targets: new Set(wanted),
    diagnostics: unknown.map((name) => unknownService(name, desired.graph.nodes)),
  }
}

export const unknownService = (name: string, known: readonly string[]): Diagnostic => {
  const near = suggest(name, known)
  return {
    severity: 'error',
    code: 'E_PLAN_SERVICE_UNKNOWN',
    message: `No such service: "${name}"`,
    ...(near ? { hint: `did you mean "${near}"?` } : {}),
  }
}
