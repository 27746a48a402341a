import type { Command, OptionSpecs } from './command.ts'
import type { EnginePort } from '../port/engine-port.ts'
import type { RemoteEngine } from '../remote/connect-engine.ts'
import type { EngineOptions } from './options/engine-options.ts'
import { type EngineSettings, engineSettings } from './options/engine-settings.ts'
import type { Session } from './run.ts'

/** What the commands of `tsc-engine` work with; all but `serve` are clients of an engine. */
export interface EngineContext extends Session, AsyncDisposable {
  readonly globals: EngineOptions
  readonly settings: EngineSettings
  readonly signal: AbortSignal
  engine(): Promise<EnginePort>
}

export const createEngineContext = (
  session: Session,
  globals: EngineOptions,
  engineCommand: readonly string[],
): EngineContext => {
  const { io, interrupts } = session
  const settings = engineSettings(io.env, globals)
  let engine: Promise<RemoteEngine> | undefined
  return {
    ...session,
    globals,
    settings,
    signal: interrupts.signal,
    engine: async () => {
      interrupts.signal.throwIfAborted()
      engine ??= import('./engine-link.ts').then(({ linkEngine }) =>
        linkEngine({ host: globals.host, settings, engineCommand, env: io.env, signal: interrupts.signal }),
      )
      return engine
    },
    [Symbol.asyncDispose]: async () => {
      const linked = await engine?.catch(() => undefined)
      linked?.close()
    },
  }
}

/** A command of `tsc-engine`; the table of options types what `run` is given. */
export const engineCommand = <const O extends OptionSpecs>(
  command: Command<EngineContext, O>,
): Command<EngineContext, O> => command
