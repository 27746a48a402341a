import { dirname, resolve } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { type SourceFile, sourceFile } from '../node.ts'
import { type Report, createReport } from '../report.ts'
import { type ReadFile, discover } from './discover.ts'
import { type ProjectEnvironment, projectEnvironment } from './project-environment.ts'

export interface SourceOptions {
  readonly files: readonly string[]
  readonly projectDirectory?: string | undefined
  readonly envFiles: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly readFile: ReadFile
}

/** What a project is made of, before any of it is read as YAML. */
export interface Sources {
  readonly files: readonly SourceFile[]
  /** Absolute. */
  readonly projectDirectory: string
  readonly environment: Readonly<Record<string, string>>
  readonly envFiles: readonly string[]
}

/**
 * Finds the files, folder and environment of a project. COMPOSE_FILE may come from a `.env`, and the folder of the
 * first file may hold another `.env`, of which the first one's definitions win.
 * @throws E_COMPOSE_NO_FILE, E_COMPOSE_UNREADABLE
 */
export const findSources = async (options: SourceOptions, report: Report): Promise<Sources> => {
  const { env, cwd, readFile } = options
  const envFiles = options.envFiles.length > 0 ? options.envFiles : splitList(env['COMPOSE_ENV_FILES'], ',')
  const given = options.projectDirectory === undefined ? undefined : resolve(cwd, options.projectDirectory)
  const readEnvironment = (projectDirectory: string, to: Report): Promise<ProjectEnvironment> =>
    projectEnvironment({ env, envFiles, projectDirectory, cwd, readFile, report: to })

  const firstFolder = given ?? folderOf(options.files, cwd)
  const first = await readEnvironment(firstFolder, report)
  const named = options.files.length > 0 ? options.files : fromVariable(first.environment)
  const paths =
    named.length > 0
      ? named.map((file) => (file === '-' ? file : resolve(cwd, file)))
      : await search(given ?? cwd, readFile, report)
  const projectDirectory = given ?? folderOf(paths, cwd)
  const isSame = projectDirectory === firstFolder || envFiles.length > 0
  const second = isSame ? first : await readEnvironment(projectDirectory, createReport())
  const files = await Promise.all(
    paths.map(async (path) => sourceFile(path, await readOrThrow(path, readFile), projectDirectory)),
  )
  return {
    files,
    projectDirectory,
    environment: { ...second.environment, ...first.environment },
    envFiles: [...new Set([...first.files, ...second.files])],
  }
}

/** Parts of a list such as COMPOSE_PROFILES, without the empty ones. */
export const splitList = (list: string | undefined, separator: string): string[] =>
  (list ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')

const fromVariable = (environment: Readonly<Record<string, string>>): string[] =>
  splitList(environment['COMPOSE_FILE'], environment['COMPOSE_PATH_SEPARATOR'] ?? ':')

const folderOf = ([first]: readonly string[], cwd: string): string =>
  first === undefined || first === '-' ? cwd : dirname(resolve(cwd, first))

const search = async (start: string, readFile: ReadFile, report: Report): Promise<readonly string[]> => {
  const found = await discover(start, readFile)
  for (const { names, used } of found.ignored) {
    report.warning({
      code: 'E_COMPOSE_DISCOURAGED',
      message: `Found multiple config files with supported names: ${names.join(', ')}; using ${used}`,
      path: '',
      hint: 'Remove the others, or choose with -f',
    })
  }
  return found.files
}

const readOrThrow = async (path: string, readFile: ReadFile): Promise<string> => {
  const source = await readFile(path)
  if (source !== undefined) return source
  throw new AppError('E_COMPOSE_NO_FILE', `Cannot find the compose file "${path}"`, { hint: 'Check the path after -f' })
}
