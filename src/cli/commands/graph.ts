import { GRAPH_FORMATS, renderGraph } from '../../graph/render.ts'
import { serviceGraph } from '../../graph/service-graph.ts'
import { usageError } from '../usage-error.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'
import { withDependencies, subgraph } from '../../graph/order.ts'

export const graph = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    format: {
      kind: 'string',
      default: 'text',
      help: `Format the output. Values: [${GRAPH_FORMATS.join(' | ')}]`,
    },
  },
  async run(cx, options, services) {
    const format = GRAPH_FORMATS.find((name) => name === options.format)
    if (!format) {
      throw usageError(`unsupported graph format "${options.format}"`, `Use one of: ${GRAPH_FORMATS.join(', ')}`)
    }
    const project = await cx.project({ services })
    const whole = serviceGraph(project.model, (path) => project.where(path))
    const wanted = services.length === 0 ? whole.nodes : withDependencies(whole, services)
    return renderGraph(subgraph(whole, new Set(wanted)), format)
  },
})
