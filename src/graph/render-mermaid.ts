import { edgeLabel } from './edge-label.ts'
import type { EdgeKind, ServiceGraph } from './service-graph.ts'

const ARROW: Readonly<Record<EdgeKind, string>> = {
  depends_on: '-->',
  links: '==>',
  volumes_from: '-.->',
  network_mode: '-.->',
  ipc: '-.->',
  pid: '-.->',
}

/** A Mermaid flowchart. Names become labels, since `end` and dots are no Mermaid identifiers. */
export const renderMermaid = (graph: ServiceGraph): string => {
  const id = (name: string): string => `s${graph.nodes.indexOf(name)}`
  const nodes = graph.nodes.map((name) => `  ${id(name)}["${name}"]`)
  const edges = graph.edges.map((edge) => `  ${id(edge.from)} ${ARROW[edge.kind]}|"${edgeLabel(edge)}"| ${id(edge.to)}`)
  return ['flowchart TD', ...nodes, ...edges].map((line) => `${line}\n`).join('')
}
