import { checkAcyclic } from './cycle.ts'
import { dependencyOrder, levelsOf, reachable } from './dag.ts'
import type { ServiceEdge, ServiceGraph } from './service-graph.ts'

/**
 * Service names, dependencies first.
 * @throws E_GRAPH_CYCLE
 */
export const serviceOrder = (graph: ServiceGraph): string[] => {
  checkAcyclic(graph)
  return dependencyOrder(graph.nodes, graph.edges)
}

/**
 * Services that can be brought up together: everything that a level needs is in the levels before it.
 * @throws E_GRAPH_CYCLE
 */
export const levels = (graph: ServiceGraph): string[][] => {
  checkAcyclic(graph)
  return levelsOf(graph.nodes, graph.edges)
}

/** The named services and all that they need, directly or not, in the graph's order of nodes. */
export const withDependencies = (graph: ServiceGraph, names: readonly string[]): string[] => {
  const wanted = reachable(names, graph.edges)
  return graph.nodes.filter((node) => wanted.has(node))
}

/** The named services and all that need them, directly or not, over the edges that `follows` accepts. */
export const withDependents = (
  graph: ServiceGraph,
  names: readonly string[],
  follows: (edge: ServiceEdge) => boolean = () => true,
): string[] => {
  const reversed = graph.edges.filter(follows).map(({ from, to }) => ({ from: to, to: from }))
  const wanted = reachable(names, reversed)
  return graph.nodes.filter((node) => wanted.has(node))
}

/** Edges out of a service: what it needs. */
export const dependenciesOf = (graph: ServiceGraph, name: string): ServiceEdge[] =>
  graph.edges.filter((edge) => edge.from === name)

/** Edges into a service: what needs it. */
export const dependentsOf = (graph: ServiceGraph, name: string): ServiceEdge[] =>
  graph.edges.filter((edge) => edge.to === name)

/** The part of the graph that holds the named services only. */
export const subgraph = (graph: ServiceGraph, names: ReadonlySet<string>): ServiceGraph => ({
  nodes: graph.nodes.filter((node) => names.has(node)),
  edges: graph.edges.filter((edge) => names.has(edge.from) && names.has(edge.to)),
})
