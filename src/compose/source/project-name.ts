import { basename } from 'node:path'
import { AppError } from '../../errors/app-error.ts'

const VALID = /^[a-z0-9][a-z0-9_-]*$/

/** Lower case, and only the characters that a project name may have. */
export const normalizeName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')

export interface NameSources {
  /** `-p`. */
  readonly option?: string | undefined
  /** COMPOSE_PROJECT_NAME. */
  readonly variable?: string | undefined
  /** The top-level `name`. */
  readonly file?: string | undefined
  readonly projectDirectory: string
}

/**
 * The project's name: the option, the variable, the file's, or the folder's, in this order.
 * @throws E_COMPOSE_NAME
 */
export const projectName = ({ option, variable, file, projectDirectory }: NameSources): string => {
  const chosen = [option, variable, file].find((name) => name !== undefined && name !== '')
  if (chosen === undefined) {
    const name = normalizeName(basename(projectDirectory))
    if (name !== '') return name
    throw new AppError('E_COMPOSE_NAME', `Cannot name the project after the folder "${projectDirectory}"`)
  }
  if (VALID.test(chosen)) return chosen
  const guess = normalizeName(chosen)
  throw new AppError(
    'E_COMPOSE_NAME',
    `Cannot use the project name "${chosen}": it must consist of lower-case letters, digits, "-" and "_", and start with a letter or digit`,
    guess === '' ? {} : { hint: `Use "${guess}"` },
  )
}
