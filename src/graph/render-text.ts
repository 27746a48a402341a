import { edgeLabel } from './edge-label.ts'
import { dependenciesOf, levels } from './order.ts'
import type { ServiceGraph } from './service-graph.ts'

/**
 * Level by level, what starts first at the top; under each service what it needs:
 *
 *     1  db
 *     2  api
 *          db    depends_on (healthy)
 */
export const renderText = (graph: ServiceGraph): string => {
  const width = Math.max(0, ...graph.edges.map((edge) => edge.to.length))
  const numbers = String(levels(graph).length).length
  const lines = levels(graph).flatMap((names, level) =>
    names.flatMap((name) => [
      `${String(level + 1).padStart(numbers)}  ${name}`,
      ...dependenciesOf(graph, name).map(
        (edge) => `${' '.repeat(numbers + 4)}${edge.to.padEnd(width)}  ${edgeLabel(edge)}`,
      ),
    ]),
  )
  return lines.map((line) => `${line}\n`).join('')
}
