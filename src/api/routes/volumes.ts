import { defined } from '../../lib/defined.ts'
import { created, noContent, ok } from '../answer.ts'
import type { Handler } from '../exchange.ts'
import type { Route } from '../route.ts'
import { volumeCreateShape } from '../shapes/volume.ts'

const FILTERS = ['dangling', 'driver', 'label', 'name']

const list: Handler = async ({ engine, query, signal }) =>
  ok(await engine.volumes.list({ ...defined({ filters: query.filters(FILTERS) }), signal }))

const create: Handler = async ({ engine, body, signal }) =>
  created(await engine.volumes.create(await body.json(volumeCreateShape), { signal }))

const inspect: Handler = async ({ engine, params, signal }) =>
  ok(await engine.volumes.inspect(params.volume ?? '', { signal }))

const remove: Handler = async ({ engine, params, query, signal }) => {
  await engine.volumes.remove(params.volume ?? '', { force: query.flag('force'), signal })
  return noContent
}

export const volumeRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/volumes', handler: list },
  { method: 'POST', pattern: '/volumes/create', handler: create },
  { method: 'GET', pattern: '/volumes/{volume}', handler: inspect },
  { method: 'DELETE', pattern: '/volumes/{volume}', handler: remove },
]
