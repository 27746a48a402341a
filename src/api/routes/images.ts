import { AppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { type Answer, ok } from '../answer.ts'
import { badRequest } from '../bad-request.ts'
import { decompress } from '../decompress.ts'
import type { Exchange, Handler } from '../exchange.ts'
import { registryAuth } from '../registry-auth.ts'
import type { Route } from '../route.ts'

const FILTERS = ['before', 'dangling', 'label', 'reference', 'since', 'until']

const image = (exchange: Exchange): string => exchange.params.image ?? ''

const list: Handler = async ({ engine, query, signal }) =>
  ok(await engine.images.list({ all: query.flag('all'), ...defined({ filters: query.filters(FILTERS) }), signal }))

const inspect: Handler = async (exchange) =>
  ok(await exchange.engine.images.inspect(image(exchange), { signal: exchange.signal }))

const history: Handler = async (exchange) =>
  ok(await exchange.engine.images.history(image(exchange), { signal: exchange.signal }))

const create: Handler = (exchange) => {
  const { query } = exchange
  if (query.text('fromImage') !== undefined) return pull(exchange)
  if (query.text('fromSrc') !== undefined) return importArchive(exchange)
  throw badRequest('either "fromImage" or "fromSrc" must be given')
}

const pull = ({ engine, query, headers, signal }: Exchange): Answer => {
  const reference = withTag(query.text('fromImage') ?? '', query.text('tag'))
  const auth = registryAuth(headers['x-registry-auth'])
  const options = defined({ platform: query.text('platform'), auth })
  return { kind: 'progress', messages: engine.images.pull(reference, { ...options, signal }) }
}

const importArchive = ({ engine, query, body, signal }: Exchange): Answer => {
  if (query.text('fromSrc') !== '-') {
    throw new AppError('E_API_UNSUPPORTED', 'Cannot import from a URL: send the archive with fromSrc=-')
  }
  const repository = query.text('repo')
  const options = defined({
    reference: repository === undefined ? undefined : withTag(repository, query.text('tag')),
    message: query.text('message'),
    changes: query.all('changes'),
    platform: query.text('platform'),
  })
  return { kind: 'progress', messages: engine.images.import(decompress(body.bytes), { ...options, signal }) }
}

const bootstrap: Handler = ({ engine, query, signal }) => {
  const name = query.text('name')
  if (name === undefined) throw badRequest('image name is missing', 'Give it in the parameter "name"')
  const options = defined({ mirror: query.text('mirror') })
  return { kind: 'progress', messages: engine.images.bootstrap(name, { ...options, signal }) }
}

const tag: Handler = async (exchange) => {
  const repository = exchange.query.text('repo')
  if (repository === undefined) throw badRequest('target name is missing', 'Give it in the parameter "repo"')
  const target = withTag(repository, exchange.query.text('tag'))
  await exchange.engine.images.tag(image(exchange), target, { signal: exchange.signal })
  return { kind: 'empty', status: 201 }
}

const remove: Handler = async (exchange) => {
  const { engine, query, signal } = exchange
  const options = { force: query.flag('force'), noPrune: query.flag('noprune'), signal }
  return ok(await engine.images.remove(image(exchange), options))
}

/** A tag that is a digest is joined with `@`. */
const withTag = (name: string, tag: string | undefined): string => {
  if (tag === undefined) return name
  return tag.includes(':') ? `${name}@${tag}` : `${name}:${tag}`
}

export const imageRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/images/json', handler: list },
  { method: 'POST', pattern: '/images/create', handler: create },
  { method: 'POST', pattern: '/images/bootstrap', handler: bootstrap },
  { method: 'GET', pattern: '/images/{image...}/json', handler: inspect },
  { method: 'GET', pattern: '/images/{image...}/history', handler: history },
  { method: 'POST', pattern: '/images/{image...}/tag', handler: tag },
  { method: 'DELETE', pattern: '/images/{image...}', handler: remove },
]
