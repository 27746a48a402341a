import { EDGE_STYLE, edgeNote } from './edge-label.ts'
import { BOX_HEIGHT, type Box, type Route, layoutGraph } from './layout.ts'
import type { EdgeKind, ServiceGraph } from './service-graph.ts'

const FONT = 'font-family="ui-monospace, Menlo, Consolas, monospace"'

const LEGEND_ROW = 20
const LEAST_WIDTH = 240

/**
 * A picture of its own: boxes in layers, an arrow from each service down to what it needs, with the condition written
 * on it; colour and dashes say the kind of reference, with a legend below.
 * @throws E_GRAPH_CYCLE
 */
export const renderSvg = (graph: ServiceGraph): string => {
  const { width, height, boxes, routes } = layoutGraph(graph)
  const kinds = [...new Set(graph.edges.map((edge) => edge.kind))]
  const [w, h] = [Math.ceil(Math.max(width, LEAST_WIDTH)), Math.ceil(height + kinds.length * LEGEND_ROW)]
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">`,
    `<title>Services and what they need</title>`,
    `<defs>${kinds.map(arrowHead).join('')}</defs>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<g transform="translate(${round((w - width) / 2)} 0)">`,
    ...routes.map(drawRoute),
    ...boxes.map(drawBox),
    ...routes.map((route) => drawNote(route, routes)),
    `</g>`,
    ...kinds.map((kind, index) => drawLegend(kind, height + index * LEGEND_ROW)),
    `</svg>`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const arrowHead = (kind: EdgeKind): string =>
  `<marker id="head-${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">` +
  `<path d="M0 0L10 5L0 10z" fill="${EDGE_STYLE[kind].colour}"/></marker>`

const drawRoute = ({ edge, points }: Route): string => {
  return `<path d="${curve(points)}" fill="none" ${stroke(edge.kind)} marker-end="url(#head-${edge.kind})"/>`
}

const stroke = (kind: EdgeKind): string => {
  const { colour, dashes } = EDGE_STYLE[kind]
  return `stroke="${colour}" stroke-width="1.6"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`
}

const drawLegend = (kind: EdgeKind, y: number): string =>
  `<g><path d="M24 ${round(y)}H64" fill="none" ${stroke(kind)} marker-end="url(#head-${kind})"/>` +
  `<text x="74" y="${round(y + 4)}" ${FONT} font-size="11" fill="${EDGE_STYLE[kind].colour}">${kind}</text></g>`

/** A line whose tangents are vertical at every point. */
const curve = (points: Route['points']): string =>
  points
    .map((point, index) => {
      const before = points[index - 1]
      if (!before) return `M${round(point.x)} ${round(point.y)}`
      const half = (before.y + point.y) / 2
      return `C${round(before.x)} ${round(half)} ${round(point.x)} ${round(half)} ${round(point.x)} ${round(point.y)}`
    })
    .join('')

const drawBox = (box: Box): string =>
  `<g><rect x="${round(box.x)}" y="${round(box.y)}" width="${round(box.width)}" height="${BOX_HEIGHT}" rx="6"` +
  ` fill="#f1f5f9" stroke="#334155"/>` +
  `<text x="${round(box.x + box.width / 2)}" y="${round(box.y + BOX_HEIGHT / 2 + 5)}" text-anchor="middle"` +
  ` ${FONT} font-size="14" fill="#0f172a">${escape(box.name)}</text></g>`

/** On the first piece of the edge, lower for every further edge of the box, with a white rim to stay readable. */
const drawNote = ({ edge, points }: Route, all: readonly Route[]): string => {
  const note = edgeNote(edge)
  const [from, to] = points
  if (note === '' || !from || !to) return ''
  const siblings = all.filter((other) => other.edge.from === edge.from && edgeNote(other.edge) !== '')
  const share = (siblings.findIndex((other) => other.edge === edge) + 1) / (siblings.length + 1)
  const { x, y } = pointOn(from, to, share)
  return (
    `<text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle" ${FONT}` +
    ` font-size="11" fill="${EDGE_STYLE[edge.kind].colour}" stroke="#ffffff" stroke-width="4" paint-order="stroke">` +
    `${escape(note)}</text>`
  )
}

type Point = Route['points'][number]

/** The point at parameter `t` of one piece of {@link curve}. */
const pointOn = (from: Point, to: Point, t: number): Point => {
  const half = (from.y + to.y) / 2
  const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3]
  return { x: (a + b) * from.x + (c + d) * to.x, y: a * from.y + (b + c) * half + d * to.y }
}

const round = (value: number): number => Math.round(value * 10) / 10

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
