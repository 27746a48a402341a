import { AppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import type { StreamSession } from '../../port/common.ts'
import { created, ok } from '../answer.ts'
import { badRequest } from '../bad-request.ts'
import type { Handler } from '../exchange.ts'
import type { Route } from '../route.ts'
import { execCreateShape, execStartShape } from '../shapes/container.ts'
import { terminalSize } from './terminal-size.ts'

const create: Handler = async ({ engine, params, body, signal }) => {
  const config = await body.json(execCreateShape)
  if (!config.Cmd?.length) throw badRequest('No exec command specified', 'Give it in the field "Cmd"')
  return created(await engine.containers.execCreate(params.id ?? '', config, { signal }))
}

const start: Handler = async ({ engine, params, body, upgrade, signal }) => {
  const execId = params.id ?? ''
  const { Detach: detach, Tty: tty, ConsoleSize: consoleSize } = await body.json(execStartShape)
  try {
    const session = await engine.containers.execStart(execId, { ...defined({ detach, tty, consoleSize }), signal })
    return session ? { kind: 'session', session } : { kind: 'empty', status: 200 }
  } catch (error) {
    if (!upgrade || !startFailure(error)) throw error
    return { kind: 'session', session: failedSession(error, tty ?? false) }
  }
}

/**
 * Whether the command itself could not be started. Docker's clients do not read the body of a refused upgrade: they are
 * told in the stream, and take the exit status (126, 127) from the inspection that follows.
 */
const startFailure = (error: unknown): error is AppError =>
  error instanceof AppError && error.httpStatus !== 404 && error.httpStatus !== 409

const failedSession = (error: AppError, tty: boolean): StreamSession => ({
  tty,
  output: (async function* () {
    yield { stream: 'stdout' as const, data: Buffer.from(`${error.message}\r\n`) }
  })(),
  write: async () => undefined,
  end: async () => undefined,
  close: () => undefined,
})

const inspect: Handler = async ({ engine, params, signal }) =>
  ok(await engine.containers.execInspect(params.id ?? '', { signal }))

const resize: Handler = async ({ engine, params, query, signal }) => {
  await engine.containers.execResize(params.id ?? '', { ...terminalSize(query), signal })
  return { kind: 'empty', status: 200 }
}

export const execRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/containers/{id}/exec', handler: create },
  { method: 'POST', pattern: '/exec/{id}/start', handler: start },
  { method: 'GET', pattern: '/exec/{id}/json', handler: inspect },
  { method: 'POST', pattern: '/exec/{id}/resize', handler: resize },
]
