import type { DependsCondition } from '../compose/model.ts'
import type { ServiceEdge, ServiceGraph } from '../graph/service-graph.ts'
import { LABEL } from './labels.ts'
import type { Observed } from './observed.ts'

const CONDITIONS: readonly DependsCondition[] = ['service_started', 'service_healthy', 'service_completed_successfully']

/**
 * The graph of a project of which there is no file: read from what its containers say they depend on
 * (`com.docker.compose.depends_on`). Edges that would close a circle are left out, since labels of containers of
 * different ages may disagree.
 */
export const labelGraph = (observed: Observed): ServiceGraph => {
  const nodes = [...new Set(observed.containers.map((container) => container.service))].sort()
  const edges: ServiceEdge[] = []
  const reaches = (from: string, to: string): boolean =>
    from === to || edges.some((edge) => edge.from === from && reaches(edge.to, to))
  for (const { service, labels } of observed.containers) {
    for (const text of (labels[LABEL.dependsOn] ?? '').split(',').filter(Boolean)) {
      const [to = '', given, restart] = text.split(':')
      const known = edges.some((edge) => edge.from === service && edge.to === to)
      if (known || !nodes.includes(to) || reaches(to, service)) continue
      const condition = CONDITIONS.find((name) => name === given) ?? 'service_started'
      const path = `services.${service}.depends_on.${to}`
      edges.push({
        kind: 'depends_on',
        from: service,
        to,
        condition,
        required: true,
        restart: restart === 'true',
        path,
      })
    }
  }
  return { nodes, edges }
}
