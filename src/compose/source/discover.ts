import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../errors/app-error.ts'

const BASE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/** What a search for compose files found. */
export interface Discovery {
  /** Absolute paths in merge order. */
  readonly files: readonly string[]
  /** Names that were there as well and are not used, with the one that is. */
  readonly ignored: readonly { readonly names: readonly string[]; readonly used: string }[]
}

export type ReadFile = (path: string) => Promise<string | undefined>

/**
 * Looks for a compose file in a folder and its parents, and for an override file beside it.
 * @throws E_COMPOSE_NO_FILE with the folders that were searched
 */
export const discover = async (start: string, readFile: ReadFile): Promise<Discovery> => {
  const searched: string[] = []
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    searched.push(folder)
    const bases = await present(folder, BASE_NAMES, readFile)
    if (bases[0] !== undefined) {
      const overrides = await present(folder, OVERRIDE_NAMES, readFile)
      const families = [bases, overrides].filter((names) => names.length > 0)
      return {
        files: families.map(([first = '']) => join(folder, first)),
        ignored: families.filter((names) => names.length > 1).map((names) => ({ names, used: names[0] ?? '' })),
      }
    }
    if (folder === dirname(folder)) break
  }
  throw new AppError('E_COMPOSE_NO_FILE', `Cannot find a compose file: searched ${searched.join(', ')}`, {
    hint: `Write one of ${BASE_NAMES.join(', ')}, or name your file with -f`,
  })
}

const present = async (folder: string, names: readonly string[], readFile: ReadFile): Promise<string[]> => {
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name))))
  return names.filter((_, i) => texts[i] !== undefined)
}
