import { join, resolve } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { parseDotenv } from '../env-file/dotenv.ts'
import { reportEnvFile } from '../env-file/report-env-file.ts'
import type { Report } from '../report.ts'
import type { ReadFile } from './discover.ts'

export interface EnvironmentSources {
  /** The process's environment: it wins over files. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--env-file`s, later ones win; none: `.env` of the project's folder, unless COMPOSE_DISABLE_ENV_FILE is set. */
  readonly envFiles: readonly string[]
  readonly projectDirectory: string
  readonly cwd: string
  readonly readFile: ReadFile
  readonly report: Report
}

export interface ProjectEnvironment {
  readonly environment: Readonly<Record<string, string>>
  /** Absolute paths of the files that were read. */
  readonly files: readonly string[]
}

/**
 * The environment that expressions in compose files see.
 * @throws E_COMPOSE_UNREADABLE when a named file is not there
 */
export const projectEnvironment = async (sources: EnvironmentSources): Promise<ProjectEnvironment> => {
  const { env, envFiles, projectDirectory, cwd, readFile, report } = sources
  const own = definedOnly(env)
  const isNamed = envFiles.length > 0
  const byDefault = isTrue(own['COMPOSE_DISABLE_ENV_FILE']) ? [] : [join(projectDirectory, '.env')]
  const paths = isNamed ? envFiles.map((file) => resolve(cwd, file)) : byDefault
  const fromFiles: Record<string, string> = {}
  const read: string[] = []
  for (const path of paths) {
    const source = await readFile(path)
    if (source === undefined) {
      if (isNamed) throw new AppError('E_COMPOSE_UNREADABLE', `Cannot find the environment file "${path}"`)
      continue
    }
    read.push(path)
    const lookup = (name: string): string | undefined => own[name] ?? fromFiles[name]
    const result = parseDotenv(source, lookup)
    Object.assign(fromFiles, result.values)
    reportEnvFile(result, { path, text: source }, report)
  }
  return { environment: { ...fromFiles, ...own }, files: read }
}

const isTrue = (text: string | undefined): boolean => /^(?:1|t|true)$/i.test(text ?? '')

const definedOnly = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
