import { describe, expect, it } from 'vitest'
import { layoutGraph } from '../../../src/graph/layout.ts'
import { GRAPH_FORMATS, renderGraph } from '../../../src/graph/render.ts'
import { serviceGraph } from '../../../src/graph/service-graph.ts'
import { healthy, started } from '../../support/project.ts'

const graph = serviceGraph({
  services: {
    web: { links: ['api'], volumes_from: ['files'], depends_on: { db: { ...started, required: false } } },
    api: { depends_on: { db: healthy } },
    db: {},
    files: {},
  },
})

describe('renderGraph', () => {
  it('writes text level by level, with what each service needs', () => {
    expect(`\n${renderGraph(graph, 'text')}`).toMatchInlineSnapshot(`
      "
      1  db
      1  files
      2  api
           db     depends_on (healthy)
      3  web
           db     depends_on (optional)
           api    links
           files  volumes_from
      "
    `)
  })

  it('writes Mermaid with names as labels', () => {
    expect(`\n${renderGraph(graph, 'mermaid')}`).toMatchInlineSnapshot(`
      "
      flowchart TD
        s0["web"]
        s1["api"]
        s2["db"]
        s3["files"]
        s0 -->|"depends_on (optional)"| s2
        s0 ==>|"links"| s1
        s0 -.->|"volumes_from"| s3
        s1 -->|"depends_on (healthy)"| s2
      "
    `)
  })

  it('writes Graphviz with quoted names', () => {
    expect(`\n${renderGraph(graph, 'dot')}`).toMatchInlineSnapshot(`
      "
      digraph services {
        node [shape=box]
        "web"
        "api"
        "db"
        "files"
        "web" -> "db" [label="depends_on (optional)" color="#334155" style=solid]
        "web" -> "api" [label="links" color="#2563eb" style=solid]
        "web" -> "files" [label="volumes_from" color="#b45309" style=dashed]
        "api" -> "db" [label="depends_on (healthy)" color="#334155" style=solid]
      }
      "
    `)
  })

  it('writes JSON that reads back as the graph', () => {
    expect(JSON.parse(renderGraph(graph, 'json'))).toEqual(graph)
  })

  it('draws every service and every edge once, with a legend of the kinds', () => {
    const svg = renderGraph(graph, 'svg')
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    for (const name of graph.nodes) expect(svg.split(`>${name}</text>`)).toHaveLength(2)
    expect(svg.match(/<path d="M[\d.]+ [\d.]+C/g)).toHaveLength(graph.edges.length)
    for (const kind of ['depends_on', 'links', 'volumes_from']) expect(svg).toContain(`>${kind}</text>`)
    expect(svg).toContain('>healthy</text>')
    expect(svg).toContain('>optional</text>')
  })

  it('closes every element that it opens in SVG', () => {
    const svg = renderGraph(graph, 'svg')
    const count = (pattern: RegExp): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const [, name = ''] of svg.matchAll(pattern)) counts[name] = (counts[name] ?? 0) + 1
      return counts
    }
    expect(count(/<([a-z]+)(?:\s[^<>]*[^/<>])?>/g)).toEqual(count(/<\/([a-z]+)>/g))
  })

  it('gives something for a project without services in every format', () => {
    const empty = serviceGraph({ services: {} })
    expect(GRAPH_FORMATS.map((format) => renderGraph(empty, format).length > 0 || format === 'text')).not.toContain(
      false,
    )
    expect(renderGraph(empty, 'text')).toBe('')
  })
})

describe('layoutGraph', () => {
  const layout = layoutGraph(graph)
  const box = (name: string) => layout.boxes.find((found) => found.name === name)

  it('has what needs others above what it needs', () => {
    for (const { from, to } of graph.edges) expect(box(from)?.y).toBeLessThan(box(to)?.y ?? 0)
  })

  it('keeps boxes apart and inside the picture', () => {
    for (const one of layout.boxes) {
      expect(one.x).toBeGreaterThanOrEqual(0)
      expect(one.x + one.width).toBeLessThanOrEqual(layout.width)
      const overlap = layout.boxes.some(
        (other) => other !== one && other.y === one.y && other.x < one.x + one.width && one.x < other.x + other.width,
      )
      expect(overlap).toBe(false)
    }
  })

  it('leads every edge from the lower side of one box to the upper side of the other', () => {
    for (const { edge, points } of layout.routes) {
      expect(points[0]?.y).toBe((box(edge.from)?.y ?? 0) + 40)
      expect(points.at(-1)?.y).toBe(box(edge.to)?.y)
    }
  })
})
