import { AppError } from '../../errors/app-error.ts'
import { ok } from '../answer.ts'
import type { Handler } from '../exchange.ts'
import type { Route } from '../route.ts'

const RESOURCES = ['swarm', 'nodes', 'services', 'tasks', 'secrets', 'configs']
const METHODS = ['GET', 'POST', 'DELETE']

/** Docker's answer of an engine that is in no swarm; clients tell it from a missing endpoint by the status. */
const noSwarm: Handler = () => {
  throw new AppError(
    'E_API_NO_SWARM',
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm ' +
      'and try again.',
  )
}

export const swarmRoutes: readonly Route[] = [
  ...RESOURCES.flatMap((resource) =>
    METHODS.flatMap((method) => [
      { method, pattern: `/${resource}`, handler: noSwarm },
      { method, pattern: `/${resource}/{rest...}`, handler: noSwarm },
    ]),
  ),
  { method: 'GET', pattern: '/plugins', handler: () => ok([]) },
]
