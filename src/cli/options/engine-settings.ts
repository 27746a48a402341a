import { join, resolve } from 'node:path'

/** Where the built-in engine keeps its things and listens. */
export interface EngineSettings {
  readonly root: string
  readonly state: string
  /** Path of the socket. */
  readonly socket: string
}

const DEFAULT_ROOT = '/var/lib/tsc-compose'
const DEFAULT_STATE = '/run/tsc-compose'

/** From options, else TSC_ENGINE_ROOT, TSC_ENGINE_STATE and TSC_ENGINE_SOCKET, else the defaults; all absolute. */
export const engineSettings = (
  env: Readonly<Record<string, string | undefined>>,
  given: { readonly root?: string | undefined; readonly state?: string | undefined; readonly socket?: string } = {},
): EngineSettings => {
  const state = resolve(given.state || env['TSC_ENGINE_STATE'] || DEFAULT_STATE)
  return {
    root: resolve(given.root || env['TSC_ENGINE_ROOT'] || DEFAULT_ROOT),
    state,
    socket: resolve(given.socket || env['TSC_ENGINE_SOCKET'] || join(state, 'engine.sock')),
  }
}
