import type { EdgeKind, ServiceEdge } from './service-graph.ts'

const CONDITION: Readonly<Record<ServiceEdge['condition'], string>> = {
  service_started: '',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
}

/** `healthy, optional`; empty for a reference that only asks for a start. */
export const edgeNote = (edge: ServiceEdge): string =>
  [CONDITION[edge.condition], edge.required ? '' : 'optional'].filter(Boolean).join(', ')

/** `depends_on (healthy, optional)`, `links`, `volumes_from`. */
export const edgeLabel = (edge: ServiceEdge): string => {
  const note = edgeNote(edge)
  return note === '' ? edge.kind : `${edge.kind} (${note})`
}

/** How an edge kind is drawn, the same in every picture: a colour and the dashes of an SVG stroke. */
export const EDGE_STYLE: Readonly<Record<EdgeKind, { readonly colour: string; readonly dashes: string }>> = {
  depends_on: { colour: '#334155', dashes: '' },
  links: { colour: '#2563eb', dashes: '' },
  volumes_from: { colour: '#b45309', dashes: '7 4' },
  network_mode: { colour: '#7c3aed', dashes: '2 4' },
  ipc: { colour: '#be185d', dashes: '2 4' },
  pid: { colour: '#15803d', dashes: '2 4' },
}
