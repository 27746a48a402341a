import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiServer, type ServeApiOptions, serveApi } from '../../src/api/serve-api.ts'
import type { EnginePort } from '../../src/port/engine-port.ts'
import { type RemoteEngine, connectEngine } from '../../src/remote/connect-engine.ts'

export interface ServedEngine extends AsyncDisposable {
  readonly path: string
  readonly server: ApiServer
  readonly remote: RemoteEngine
  /** Failures that were no `AppError`. */
  readonly bugs: unknown[]
}

/** An engine behind its API on a socket of its own, and a client of it. */
export const serveEngine = async (
  engine: EnginePort,
  options: Partial<ServeApiOptions> = {},
): Promise<ServedEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'tsc-api-'))
  const path = join(folder, 'engine.sock')
  const bugs: unknown[] = []
  const onBug = (error: unknown): number => bugs.push(error)
  const server = await serveApi(engine, { listen: { path }, version: '0.0.1', onBug, ...options })
  const remote = connectEngine({ kind: 'unix', path })
  return {
    path,
    server,
    remote,
    bugs,
    [Symbol.asyncDispose]: async () => {
      remote.close()
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}
