import { AppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import type { ProgressMessage } from '../../port/common.ts'
import type { BuildOptions } from '../../port/images.ts'
import { badRequest } from '../bad-request.ts'
import { decompress } from '../decompress.ts'
import type { Handler } from '../exchange.ts'
import type { Query } from '../query.ts'
import type { Route } from '../route.ts'

const build: Handler = ({ engine, query, body, signal }) => {
  refuseOtherBuilders(query)
  const messages = engine.builder.build(decompress(body.bytes), { ...buildOptions(query), signal })
  return { kind: 'progress', messages: query.flag('q') ? quiet(messages) : messages }
}

const refuseOtherBuilders = (query: Query): void => {
  if (query.text('version') === '2') {
    throw new AppError('E_API_UNSUPPORTED', 'Cannot build with BuildKit: this engine has the classic builder only', {
      hint: 'Run docker build with DOCKER_BUILDKIT=0',
      httpStatus: 400,
    })
  }
  if (query.text('remote') !== undefined) {
    throw new AppError('E_API_UNSUPPORTED', 'Cannot build from a remote context: send it as tar', { httpStatus: 400 })
  }
}

const buildOptions = (query: Query): BuildOptions =>
  defined({
    dockerfile: query.text('dockerfile'),
    tags: query.all('t'),
    buildArgs: stringMap(query, 'buildargs', true),
    labels: stringMap(query, 'labels', false) as Record<string, string> | undefined,
    target: query.text('target'),
    noCache: query.flag('nocache'),
    pull: query.flag('pull'),
    networkMode: query.text('networkmode'),
    extraHosts: query.all('extrahosts').flatMap((hosts) => hosts.split(',')),
    shmSize: query.integer('shmsize') || undefined,
  })

const stringMap = (query: Query, name: string, nullable: boolean): Record<string, string | null> | undefined => {
  const value = query.json(name)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(`invalid "${name}": must be a JSON object`)
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string' || (nullable && item === null)) continue
    throw badRequest(`invalid "${name}": the value of "${key}" must be a string`)
  }
  return value as Record<string, string | null>
}

/** `q=1`: the image's id and failures only. */
async function* quiet(messages: AsyncIterable<ProgressMessage>): AsyncGenerator<ProgressMessage> {
  let id: unknown
  for await (const message of messages) {
    if (message.error !== undefined) yield message
    if (message.aux?.['ID'] !== undefined) {
      id = message.aux['ID']
      yield message
    }
  }
  if (typeof id === 'string') yield { stream: `${id}\n` }
}

export const buildRoutes: readonly Route[] = [{ method: 'POST', pattern: '/build', handler: build }]
