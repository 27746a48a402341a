import { defined } from '../../lib/defined.ts'
import type { AttachOptions, ContainersPort, LogOptions, WaitResult } from '../../port/containers.ts'
import { messageOf } from '../../errors/app-error.ts'
import { type Answer, created, noContent, notModified, ok } from '../answer.ts'
import { badRequest } from '../bad-request.ts'
import type { Exchange, Handler } from '../exchange.ts'
import type { Route } from '../route.ts'
import { containerCreateShape } from '../shapes/container.ts'
import { forVersion } from './container-versions.ts'
import { terminalSize } from './terminal-size.ts'

const FILTERS = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
]
const CONDITIONS = ['not-running', 'next-exit', 'removed'] as const

const container = (exchange: Exchange): string => exchange.params.id ?? ''

const list: Handler = async ({ engine, query, signal }) => {
  const options = defined({ limit: query.integer('limit'), filters: query.filters(FILTERS) })
  return ok(await engine.containers.list({ all: query.flag('all'), size: query.flag('size'), ...options, signal }))
}

const create: Handler = async ({ engine, query, body, apiVersion, signal }) => {
  const config = await body.json(containerCreateShape)
  if (Object.keys(config).length === 0) throw badRequest('config cannot be empty in order to create a container')
  const endpoints = Object.keys(config.NetworkingConfig?.EndpointsConfig ?? {})
  if (apiVersion.minor < 44 && endpoints.length > 1) {
    throw badRequest(`Container cannot be created with multiple network endpoints: ${endpoints.join(', ')}`)
  }
  const options = defined({ name: query.text('name'), platform: query.text('platform') })
  return created(await engine.containers.create(config, { ...options, signal }))
}

const inspect: Handler = async (exchange) => {
  const { engine, query, apiVersion, signal } = exchange
  const found = await engine.containers.inspect(container(exchange), { size: query.flag('size'), signal })
  return ok(forVersion(found, apiVersion))
}

const start: Handler = async (exchange) => {
  const options = defined({ detachKeys: exchange.query.text('detachKeys') })
  const started = await exchange.engine.containers.start(container(exchange), { ...options, signal: exchange.signal })
  return started ? noContent : notModified
}

const stopOptions = ({ query, apiVersion, signal }: Exchange): Parameters<ContainersPort['stop']>[1] => ({
  ...defined({ timeout: query.integer('t'), stopSignal: apiVersion.minor < 42 ? undefined : query.text('signal') }),
  signal,
})

const stop: Handler = async (exchange) =>
  (await exchange.engine.containers.stop(container(exchange), stopOptions(exchange))) ? noContent : notModified

const restart: Handler = async (exchange) => {
  await exchange.engine.containers.restart(container(exchange), stopOptions(exchange))
  return noContent
}

const kill: Handler = async (exchange) => {
  const options = defined({ killSignal: exchange.query.text('signal') })
  await exchange.engine.containers.kill(container(exchange), { ...options, signal: exchange.signal })
  return noContent
}

const pause: Handler = async (exchange) => {
  await exchange.engine.containers.pause(container(exchange), { signal: exchange.signal })
  return noContent
}

const unpause: Handler = async (exchange) => {
  await exchange.engine.containers.unpause(container(exchange), { signal: exchange.signal })
  return noContent
}

const rename: Handler = async (exchange) => {
  const name = exchange.query.text('name')
  if (name === undefined) throw badRequest('new name is missing', 'Give it in the parameter "name"')
  await exchange.engine.containers.rename(container(exchange), name, { signal: exchange.signal })
  return noContent
}

const remove: Handler = async (exchange) => {
  const { engine, query, signal } = exchange
  if (query.flag('link')) throw badRequest('a link of a container cannot be removed', 'Recreate the container without')
  await engine.containers.remove(container(exchange), { force: query.flag('force'), volumes: query.flag('v'), signal })
  return noContent
}

const wait: Handler = async (exchange) => {
  const { engine, query, signal } = exchange
  const text = query.text('condition') ?? 'not-running'
  const condition = CONDITIONS.find((known) => known === text)
  if (condition === undefined) throw badRequest(`invalid condition: "${text}"`, `Known are ${CONDITIONS.join(', ')}`)
  // Waiting begins before the headers go out: whoever has read them may start the container.
  const result = engine.containers.wait(container(exchange), { condition, signal }).catch(failedWait)
  await engine.containers.inspect(container(exchange), { signal })
  return { kind: 'later', body: result }
}

const failedWait = (error: unknown): WaitResult => ({ StatusCode: -1, Error: { Message: messageOf(error) } })

const logs: Handler = async (exchange) => {
  const options = logOptions(exchange)
  if (!options.stdout && !options.stderr) {
    throw badRequest('Bad parameters: you must choose at least one stream', 'Add stdout=1 or stderr=1')
  }
  return { kind: 'output', ...(await exchange.engine.containers.logs(container(exchange), options)) }
}

const logOptions = ({ query, signal }: Exchange): LogOptions => {
  const tail = query.text('tail')
  return {
    stdout: query.flag('stdout'),
    stderr: query.flag('stderr'),
    follow: query.flag('follow'),
    timestamps: query.flag('timestamps'),
    tail: tail !== undefined && /^\d+$/.test(tail) ? Number(tail) : 'all',
    ...defined({ since: query.time('since'), until: query.time('until') }),
    signal,
  }
}

const attach: Handler = async (exchange): Promise<Answer> => {
  const { engine, query, signal } = exchange
  const options: AttachOptions = {
    stdin: query.flag('stdin'),
    stdout: query.flag('stdout'),
    stderr: query.flag('stderr'),
    logs: query.flag('logs'),
    stream: query.flag('stream'),
    ...defined({ detachKeys: query.text('detachKeys') }),
    signal,
  }
  return { kind: 'session', session: await engine.containers.attach(container(exchange), options) }
}

const resize: Handler = async (exchange) => {
  const size = terminalSize(exchange.query)
  await exchange.engine.containers.resize(container(exchange), { ...size, signal: exchange.signal })
  return { kind: 'empty', status: 200 }
}

export const containerRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/containers/json', handler: list },
  { method: 'POST', pattern: '/containers/create', handler: create },
  { method: 'GET', pattern: '/containers/{id}/json', handler: inspect },
  { method: 'POST', pattern: '/containers/{id}/start', handler: start },
  { method: 'POST', pattern: '/containers/{id}/stop', handler: stop },
  { method: 'POST', pattern: '/containers/{id}/restart', handler: restart },
  { method: 'POST', pattern: '/containers/{id}/kill', handler: kill },
  { method: 'POST', pattern: '/containers/{id}/pause', handler: pause },
  { method: 'POST', pattern: '/containers/{id}/unpause', handler: unpause },
  { method: 'POST', pattern: '/containers/{id}/rename', handler: rename },
  { method: 'DELETE', pattern: '/containers/{id}', handler: remove },
  { method: 'POST', pattern: '/containers/{id}/wait', handler: wait },
  { method: 'GET', pattern: '/containers/{id}/logs', handler: logs },
  { method: 'POST', pattern: '/containers/{id}/attach', handler: attach },
  { method: 'POST', pattern: '/containers/{id}/resize', handler: resize },
]
