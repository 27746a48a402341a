import { defined } from '../../lib/defined.ts'
import { created, noContent, ok } from '../answer.ts'
import { badRequest } from '../bad-request.ts'
import type { Exchange, Handler } from '../exchange.ts'
import type { Route } from '../route.ts'
import { connectShape, disconnectShape, networkCreateShape } from '../shapes/network.ts'

const FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']

const network = (exchange: Exchange): string => exchange.params.network ?? ''

const list: Handler = async ({ engine, query, signal }) =>
  ok(await engine.networks.list({ ...defined({ filters: query.filters(FILTERS) }), signal }))

const create: Handler = async ({ engine, body, signal }) => {
  const config = await body.json(networkCreateShape)
  if (!config.Name) throw badRequest('network name is missing', 'Give it in the field "Name"')
  return created(await engine.networks.create(config, { signal }))
}

const inspect: Handler = async (exchange) =>
  ok(await exchange.engine.networks.inspect(network(exchange), { signal: exchange.signal }))

const remove: Handler = async (exchange) => {
  await exchange.engine.networks.remove(network(exchange), { signal: exchange.signal })
  return noContent
}

const connect: Handler = async (exchange) => {
  const body = await exchange.body.json(connectShape)
  if (!body.Container) throw badRequest('container is missing', 'Give its name or id in the field "Container"')
  await exchange.engine.networks.connect(network(exchange), body, { signal: exchange.signal })
  return { kind: 'empty', status: 200 }
}

const disconnect: Handler = async (exchange) => {
  const body = await exchange.body.json(disconnectShape)
  if (!body.Container) throw badRequest('container is missing', 'Give its name or id in the field "Container"')
  await exchange.engine.networks.disconnect(network(exchange), body, { signal: exchange.signal })
  return { kind: 'empty', status: 200 }
}

export const networkRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/networks', handler: list },
  { method: 'POST', pattern: '/networks/create', handler: create },
  { method: 'GET', pattern: '/networks/{network}', handler: inspect },
  { method: 'DELETE', pattern: '/networks/{network}', handler: remove },
  { method: 'POST', pattern: '/networks/{network}/connect', handler: connect },
  { method: 'POST', pattern: '/networks/{network}/disconnect', handler: disconnect },
]
