import { connectEngine, type RemoteEngine } from '../remote/connect-engine.ts'
import { parseEngineAddress } from '../remote/engine-address.ts'
import type { EngineSettings } from './options/engine-settings.ts'

export interface LinkOptions {
  /** Address of another engine; without one it is the built-in engine, started when it does not answer. */
  readonly host?: string | undefined
  readonly settings: EngineSettings
  /** Program and arguments of `tsc-engine`. */
  readonly engineCommand: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/**
 * The engine that a command talks to.
 * @throws E_API_BAD_ADDRESS, E_CLI_ENGINE_START, E_HOST_NOT_ROOT
 */
export const linkEngine = async (options: LinkOptions): Promise<RemoteEngine> => {
  if (options.host) return connectEngine(parseEngineAddress(options.host))
  const { socket } = options.settings
  const { answers } = await import('./engine-answers.ts')
  if (!(await answers(socket))) {
    const { startBuiltInEngine } = await import('./engine-start.ts')
    await startBuiltInEngine(options)
  }
  return connectEngine({ kind: 'unix', path: socket })
}
