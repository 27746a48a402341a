import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { LoadOptions } from '../compose/load.ts'
import type { Project } from '../compose/model.ts'
import { AppError, messageOf } from '../errors/app-error.ts'
import type { EnginePort } from '../port/engine-port.ts'
import type { RemoteEngine } from '../remote/connect-engine.ts'
import { wantsColour, readAnsi } from './options/ansi.ts'
import type { ComposeOptions } from './options/compose-options.ts'
import { engineSettings } from './options/engine-settings.ts'
import { warningReport } from './render/error-report.ts'
import { type Progress, createProgress, readProgressMode } from './render/progress.ts'
import { type Style, style } from './render/style.ts'
import type { Session } from './run.ts'
import type { Output } from './output.ts'
import type { ProjectFiles } from './project-files.ts'

/** What the commands of `tsc-compose` work with. The project and the engine are looked for when a command wants them. */
export interface ComposeContext extends Session, AsyncDisposable {
  readonly globals: ComposeOptions
  readonly signal: AbortSignal
  /** The engine is the built-in one, and so on this host. */
  readonly isLocal: boolean
  /** Absent values are the options' and the environment's. */
  loadOptions(given?: Partial<LoadOptions>): LoadOptions
  /** Loads the project and prints its warnings. */
  project(given?: Partial<LoadOptions>): Promise<Project>
  engine(): Promise<EnginePort>
  /** For configs and secrets that are given as text. */
  files(): Promise<ProjectFiles>
  /** `live: false`: lines, also on a terminal, since something else is printed at the same time. */
  progress(title: string, options?: { readonly live?: boolean }): Promise<Progress>
  style(output: Output, options?: { readonly noColor?: boolean }): Style
}

export const createComposeContext = (
  session: Session,
  globals: ComposeOptions,
  engineCommand: readonly string[],
): ComposeContext => {
  const { io, interrupts, stderr } = session
  const { signal } = interrupts
  const ansi = readAnsi(globals.ansi)
  const mode = readProgressMode(globals.progress ?? io.env['COMPOSE_PROGRESS'] ?? 'auto')
  let engine: Promise<RemoteEngine> | undefined
  const context: ComposeContext = {
    ...session,
    globals,
    signal,
    isLocal: !otherEngine(io.env, globals),
    loadOptions: (given) => ({
      files: globals.file,
      projectDirectory: globals.projectDirectory,
      projectName: globals.projectName,
      profiles: globals.profile,
      envFiles: globals.envFile,
      env: io.env,
      cwd: io.cwd,
      readFile: sourceReader(session),
      ...given,
    }),
    project: async (given) => {
      const { load } = await import('../compose/load.ts')
      const { project, warnings } = await load(context.loadOptions(given))
      if (warnings.length > 0) await stderr.write(warningReport(warnings))
      return project
    },
    engine: async () => {
      interrupts.signal.throwIfAborted()
      engine ??= link(session, globals, engineCommand)
      return engine
    },
    files: async () => {
      const { projectFiles } = await import('./project-files.ts')
      return projectFiles(filesFolder(io.env, otherEngine(io.env, globals)))
    },
    progress: (title, { live = true } = {}) =>
      createProgress(live || mode === 'json' || mode === 'quiet' ? mode : 'plain', {
        output: stderr,
        style: context.style(stderr),
        title,
      }),
    style: (output, { noColor = false } = {}) => style(!noColor && wantsColour(output, { ansi, env: io.env })),
    [Symbol.asyncDispose]: async () => {
      const linked = await engine?.catch(() => undefined)
      linked?.close()
    },
  }
  return context
}

const otherEngine = (env: Session['io']['env'], globals: ComposeOptions): string | undefined =>
  globals.host ?? (env['TSC_COMPOSE_HOST'] || env['DOCKER_HOST'])

/** Of the built-in engine below its data root, of others in the user's own state folder. */
const filesFolder = (env: Session['io']['env'], host: string | undefined): string => {
  if (!host) return join(engineSettings(env).root, 'projects')
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local/state'), 'tsc-compose')
}

const link = async (
  { io, interrupts }: Session,
  globals: ComposeOptions,
  engineCommand: readonly string[],
): Promise<RemoteEngine> => {
  const { linkEngine } = await import('./engine-link.ts')
  return linkEngine({
    host: otherEngine(io.env, globals),
    settings: engineSettings(io.env),
    engineCommand,
    env: io.env,
    signal: interrupts.signal,
  })
}

/** Files as `load` wants them; standard input is read once. */
const sourceReader = ({ io }: Session): LoadOptions['readFile'] => {
  let stdin: Promise<string> | undefined
  return async (path) => {
    if (path === '-') return (stdin ??= text(io.stdin))
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (isMissing(error)) return undefined
      throw new AppError('E_CLI_FILE', `Cannot read "${path}": ${messageOf(error)}`, { cause: error })
    }
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
