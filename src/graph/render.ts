import { renderDot } from './render-dot.ts'
import { renderMermaid } from './render-mermaid.ts'
import { renderSvg } from './render-svg.ts'
import { renderText } from './render-text.ts'
import type { ServiceGraph } from './service-graph.ts'

export const GRAPH_FORMATS = ['text', 'mermaid', 'dot', 'svg', 'json'] as const

export type GraphFormat = (typeof GRAPH_FORMATS)[number]

const renderers: Readonly<Record<GraphFormat, (graph: ServiceGraph) => string>> = {
  text: renderText,
  mermaid: renderMermaid,
  dot: renderDot,
  svg: renderSvg,
  json: (graph) => `${JSON.stringify({ nodes: graph.nodes, edges: graph.edges }, undefined, 2)}\n`,
}

/**
 * The graph in one of {@link GRAPH_FORMATS}, with a line break at the end.
 * @throws E_GRAPH_CYCLE from `text` and `svg`, which need the levels
 */
export const renderGraph = (graph: ServiceGraph, format: GraphFormat): string => renderers[format](graph)
