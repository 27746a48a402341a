import { defined } from '../../lib/defined.ts'
import { type Answer, ok } from '../answer.ts'
import type { Handler } from '../exchange.ts'
import type { Route } from '../route.ts'

const EVENT_FILTERS: readonly string[] = [
  'config',
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'node',
  'plugin',
  'scope',
  'secret',
  'service',
  'type',
  'volume',
]

const ping: Handler = (): Answer => ({
  kind: 'text',
  body: 'OK',
  headers: {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    'Builder-Version': '1',
    Swarm: 'inactive',
  },
})

const version: Handler = async ({ engine, signal }) => ok(await engine.system.version({ signal }))

const info: Handler = async ({ engine, signal }) => ok(await engine.system.info({ signal }))

const events: Handler = ({ engine, query, signal }) => ({
  kind: 'events',
  events: engine.events.subscribe({
    ...defined({ since: query.time('since'), until: query.time('until'), filters: query.filters(EVENT_FILTERS) }),
    signal,
  }),
})

export const systemRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/_ping', handler: ping },
  { method: 'HEAD', pattern: '/_ping', handler: ping },
  { method: 'GET', pattern: '/version', handler: version },
  { method: 'GET', pattern: '/info', handler: info },
  { method: 'GET', pattern: '/events', handler: events },
]
