import { errorRows } from './row.ts'

export const graphErrors = errorRows({
  E_GRAPH_CYCLE: {
    title: 'Services need each other in a circle',
    hint: 'Remove one of the named edges',
    exit: 1,
    http: 400,
  },
})
