import type { ComposeModel, DependsCondition, ServiceModel } from '../compose/model.ts'
import type { Where } from '../errors/where.ts'

export type EdgeKind = 'depends_on' | 'links' | 'volumes_from' | 'network_mode' | 'ipc' | 'pid'

/** `from` needs `to`: it is created, and started, after it. */
export interface ServiceEdge {
  readonly kind: EdgeKind
  readonly from: string
  readonly to: string
  /** What `to` must have reached before `from` starts. */
  readonly condition: DependsCondition
  /** False: when `to` fails, `from` starts all the same. */
  readonly required: boolean
  /** True: `from` is stopped and started again around a restart or a recreation of `to`. */
  readonly restart: boolean
  /** Path in the model, e.g. `services.web.links.0`. */
  readonly path: string
  readonly where?: Where
}

/** Nodes and edges are in the order of the file. Edges to services that the model does not hold are left out. */
export interface ServiceGraph {
  readonly nodes: readonly string[]
  readonly edges: readonly ServiceEdge[]
}

export type PlaceOf = (path: string) => Where | undefined

/** Defaults of what Compose makes a reference mean (compose-go's normalisation of implicit dependencies). */
const started = { condition: 'service_started', required: true } as const

/**
 * The edges of all services. Several references of one service to another are one edge each, but a plain
 * `depends_on` beside another reference says nothing more and only hands its `restart` on to it: the model's
 * normalisation adds such entries.
 */
export const serviceGraph = (model: Pick<ComposeModel, 'services'>, where: PlaceOf = () => undefined): ServiceGraph => {
  const edges: ServiceEdge[] = []
  for (const [name, service] of Object.entries(model.services)) {
    const found = edgesOf(name, service).filter((edge) => edge.to in model.services)
    for (const edge of withoutPlain(found)) {
      const place = where(edge.path)
      edges.push(place ? { ...edge, where: place } : edge)
    }
  }
  return { nodes: Object.keys(model.services), edges }
}

const edgesOf = (from: string, service: ServiceModel): ServiceEdge[] => {
  const path = `services.${from}`
  const edges: ServiceEdge[] = Object.entries(service.depends_on ?? {}).map(([to, dependency]) => ({
    kind: 'depends_on',
    from,
    to,
    condition: dependency.condition,
    required: dependency.required,
    restart: dependency.restart ?? false,
    path: `${path}.depends_on.${to}`,
  }))
  service.links?.forEach((link, index) => {
    const to = link.split(':', 1)[0] ?? link
    edges.push({ kind: 'links', from, to, ...started, restart: true, path: `${path}.links.${index}` })
  })
  service.volumes_from?.forEach((text, index) => {
    if (text.startsWith('container:')) return
    const to = text.split(':', 1)[0] ?? text
    edges.push({ kind: 'volumes_from', from, to, ...started, restart: false, path: `${path}.volumes_from.${index}` })
  })
  for (const kind of ['network_mode', 'ipc', 'pid'] as const) {
    const to = serviceOf(service[kind])
    if (to !== undefined) edges.push({ kind, from, to, ...started, restart: true, path: `${path}.${kind}` })
  }
  return edges
}

/** The name in `service:NAME`, or undefined. */
export const serviceOf = (mode: string | undefined): string | undefined =>
  mode?.startsWith('service:') ? mode.slice('service:'.length) : undefined

const withoutPlain = (edges: readonly ServiceEdge[]): ServiceEdge[] => {
  const plain = new Map<string, ServiceEdge>()
  for (const edge of edges) {
    const isPlain = edge.kind === 'depends_on' && edge.condition === 'service_started' && edge.required
    const doubled = edges.some((other) => other.kind !== 'depends_on' && other.to === edge.to)
    if (isPlain && doubled) plain.set(edge.to, edge)
  }
  return edges
    .filter((edge) => plain.get(edge.to) !== edge)
    .map((edge) => {
      const absorbed = plain.get(edge.to)
      return absorbed ? { ...edge, restart: absorbed.restart } : edge
    })
}
