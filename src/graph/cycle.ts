import { AppError } from '../errors/app-error.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { defined } from '../lib/defined.ts'
import { findCycle } from './dag.ts'
import type { ServiceEdge, ServiceGraph } from './service-graph.ts'

export interface ServiceCycle {
  /** `[a, b, c, a]`. */
  readonly path: readonly string[]
  /** Every edge that makes it: two services that refer to each other in several ways have several. */
  readonly edges: readonly ServiceEdge[]
}

/** Message: the path, `a → b → c → a`. `diagnostics`: the same, then every edge that makes it, with its place. */
export class GraphCycleError extends AppError {
  readonly cycle: ServiceCycle
  readonly diagnostics: readonly Diagnostic[]

  constructor(cycle: ServiceCycle) {
    const where = cycle.edges.find((edge) => edge.where)?.where
    super('E_GRAPH_CYCLE', `Services need each other in a circle: ${cycle.path.join(' → ')}`, where ? { where } : {})
    this.cycle = cycle
    const { code, message, hint } = this
    this.diagnostics = [defined({ severity: 'error' as const, code, message, hint }), ...cycle.edges.map(toDiagnostic)]
  }
}

const toDiagnostic = (edge: ServiceEdge): Diagnostic => ({
  severity: 'error',
  code: 'E_GRAPH_CYCLE',
  message: `"${edge.from}" needs "${edge.to}" by ${edge.kind}`,
  ...(edge.where ? { where: edge.where } : {}),
})

/** The first cycle in the order of the file, the shortest way round, or undefined. */
export const serviceCycle = (graph: ServiceGraph): ServiceCycle | undefined => {
  const path = findCycle(graph.nodes, graph.edges)
  if (!path) return undefined
  const edges = path
    .slice(1)
    .flatMap((to, index) => graph.edges.filter((edge) => edge.from === path[index] && edge.to === to))
  return { path, edges }
}

/** @throws {GraphCycleError} E_GRAPH_CYCLE */
export const checkAcyclic = (graph: ServiceGraph): void => {
  const cycle = serviceCycle(graph)
  if (cycle) throw new GraphCycleError(cycle)
}
