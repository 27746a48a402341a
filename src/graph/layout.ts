import { levels } from './order.ts'
import type { ServiceEdge, ServiceGraph } from './service-graph.ts'

export interface Box {
  readonly name: string
  /** Left upper corner, pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
}

/** An edge as the points it runs through, from the lower side of its service to the upper side of what it needs. */
export interface Route {
  readonly edge: ServiceEdge
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly routes: readonly Route[]
}

export const BOX_HEIGHT = 40
const LAYER_GAP = 90
const BOX_GAP = 48
const MARGIN = 24
const CHARACTER = 8.5

/** A service, or a bend of an edge that passes through this layer. */
interface Cell {
  readonly key: string
  readonly name?: string
  readonly width: number
}

/**
 * Layers top down, so that every arrow points downwards: what needs others above what it needs. An edge over several
 * layers bends in each; cells are sorted by the middle of their neighbours, a few sweeps up and down, to spare
 * crossings (Sugiyama's method).
 * @throws E_GRAPH_CYCLE
 */
export const layoutGraph = (graph: ServiceGraph): Layout => {
  const ranks = levels(graph).toReversed()
  const rankOf = new Map(ranks.flatMap((names, rank) => names.map((name): [string, number] => [name, rank])))
  const layers: Cell[][] = ranks.map((names) => names.map((name) => ({ key: name, name, width: boxWidth(name) })))
  const chains = graph.edges.map((edge, index) => {
    const [from, to] = [rankOf.get(edge.from) ?? 0, rankOf.get(edge.to) ?? 0]
    const bends = range(from + 1, to).map((rank) => {
      const cell: Cell = { key: `${index}@${rank}`, width: 12 }
      layers[rank]?.push(cell)
      return cell.key
    })
    return [edge.from, ...bends, edge.to]
  })
  sortLayers(layers, chains)
  return place(graph, layers, chains)
}

const boxWidth = (name: string): number => Math.max(72, Math.ceil(name.length * CHARACTER) + 28)

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

const sortLayers = (layers: Cell[][], chains: readonly string[][]): void => {
  const neighbours = new Map<string, string[]>()
  const join = (a: string, b: string): void => {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b])
  }
  for (const chain of chains) {
    chain.slice(1).forEach((key, index) => {
      const before = chain[index] ?? key
      join(before, key)
      join(key, before)
    })
  }
  const rounds = [layers, layers.toReversed(), layers, layers.toReversed()]
  for (const round of rounds) {
    round.forEach((layer, index) => {
      const fixed = round[index - 1]
      if (fixed) sortBy(layer, (cell) => middle(neighbours.get(cell.key) ?? [], fixed))
    })
  }
}

/** Mean position of the neighbours in the layer, or undefined when it holds none. */
const middle = (keys: readonly string[], layer: readonly Cell[]): number | undefined => {
  const positions = keys.map((key) => layer.findIndex((cell) => cell.key === key)).filter((position) => position >= 0)
  return positions.length === 0 ? undefined : positions.reduce((sum, p) => sum + p, 0) / positions.length
}

/** In place; cells without a value keep their position's share. */
const sortBy = (layer: Cell[], valueOf: (cell: Cell) => number | undefined): void => {
  const values = new Map(layer.map((cell, index) => [cell, valueOf(cell) ?? index]))
  layer.sort((a, b) => (values.get(a) ?? 0) - (values.get(b) ?? 0))
}

const place = (graph: ServiceGraph, layers: readonly Cell[][], chains: readonly string[][]): Layout => {
  const widths = layers.map((layer) => layer.reduce((sum, cell) => sum + cell.width + BOX_GAP, -BOX_GAP))
  const inner = Math.max(0, ...widths)
  const cells = new Map<string, Box>()
  layers.forEach((layer, rank) => {
    let x = MARGIN + (inner - (widths[rank] ?? 0)) / 2
    for (const cell of layer) {
      cells.set(cell.key, { name: cell.name ?? '', x, y: MARGIN + rank * (BOX_HEIGHT + LAYER_GAP), width: cell.width })
      x += cell.width + BOX_GAP
    }
  })
  const routes = graph.edges.map((edge, index) => ({ edge, points: pointsOf(chains[index] ?? [], cells) }))
  return {
    width: inner + 2 * MARGIN,
    height: Math.max(0, layers.length * (BOX_HEIGHT + LAYER_GAP) - LAYER_GAP) + 2 * MARGIN,
    boxes: [...cells.values()].filter((box) => box.name !== ''),
    routes: spread(routes, cells),
  }
}

const pointsOf = (chain: readonly string[], cells: ReadonlyMap<string, Box>): Route['points'] =>
  chain.flatMap((key, index) => {
    const box = cells.get(key)
    if (!box) return []
    const x = box.x + box.width / 2
    if (index === 0) return [{ x, y: box.y + BOX_HEIGHT }]
    if (index === chain.length - 1) return [{ x, y: box.y }]
    return [
      { x, y: box.y },
      { x, y: box.y + BOX_HEIGHT },
    ]
  })

/** Moves the ends apart where several edges leave or meet the same side of a box, in the order of their other ends. */
const spread = (routes: readonly Route[], cells: ReadonlyMap<string, Box>): Route[] => {
  const moved = routes.map((route) => ({ edge: route.edge, points: route.points.map((point) => ({ ...point })) }))
  for (const side of ['from', 'to'] as const) {
    const end = side === 'from' ? 0 : -1
    for (const [name, box] of cells) {
      const here = moved.filter((route) => route.edge[side] === name)
      here.sort((a, b) => (a.points.at(end === 0 ? 1 : -2)?.x ?? 0) - (b.points.at(end === 0 ? 1 : -2)?.x ?? 0))
      here.forEach((route, index) => {
        const point = route.points.at(end)
        if (point) point.x = box.x + (box.width * (index + 1)) / (here.length + 1)
      })
    }
  }
  return moved
}
