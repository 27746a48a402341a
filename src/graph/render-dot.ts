import { EDGE_STYLE, edgeLabel } from './edge-label.ts'
import type { EdgeKind, ServiceGraph } from './service-graph.ts'

/** A Graphviz digraph. */
export const renderDot = (graph: ServiceGraph): string => {
  const nodes = graph.nodes.map((name) => `  ${quote(name)}`)
  const edges = graph.edges.map((edge) => {
    const attributes = `label=${quote(edgeLabel(edge))} color=${quote(EDGE_STYLE[edge.kind].colour)} ${style(edge.kind)}`
    return `  ${quote(edge.from)} -> ${quote(edge.to)} [${attributes}]`
  })
  const lines = ['digraph services {', '  node [shape=box]', ...nodes, ...edges, '}']
  return lines.map((line) => `${line}\n`).join('')
}

const style = (kind: EdgeKind): string => `style=${EDGE_STYLE[kind].dashes === '' ? 'solid' : 'dashed'}`

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
