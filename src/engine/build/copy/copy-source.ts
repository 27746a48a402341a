import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { AppError } from '../../../errors/app-error.ts'
import { globRegExp } from '../../../lib/glob.ts'
import { resolveInRoot } from '../in-root.ts'

/** One thing that COPY or ADD takes, found in its root. */
export interface CopySource {
  /** Real path below the root. */
  readonly path: string
  /** Name that it was asked for by: what it is called in a destination folder. */
  readonly name: string
  readonly isDirectory: boolean
}

const WILDCARD = /[*?[\\]/

/**
 * Finds what a source names; a pattern may find nothing. Paths and symlinks stay inside the root.
 * @throws E_BUILD_COPY when a plain source is not there
 */
export const findSources = async (root: string, source: string): Promise<CopySource[]> => {
  const asked = posix.join('/', source)
  if (!WILDCARD.test(asked)) {
    const found = await findOne(root, asked)
    if (found) return [found]
    throw new AppError(
      'E_BUILD_COPY',
      `COPY failed: file not found in build context or excluded by .dockerignore: stat ${source}: file does not exist`,
    )
  }
  const matches = await expandPattern(root, asked.split('/').filter(Boolean))
  const found = await Promise.all(matches.map((path) => findOne(root, path)))
  return found.filter((item) => item !== undefined)
}

const findOne = async (root: string, asked: string): Promise<CopySource | undefined> => {
  const { path, stats } = await resolveInRoot(root, asked)
  return stats && { path, name: posix.basename(asked), isDirectory: stats.isDirectory() }
}

/** Paths that match, in order; each part of the pattern is matched against the names of one folder. */
const expandPattern = async (root: string, parts: readonly string[]): Promise<string[]> => {
  let paths = ['']
  for (const part of parts) {
    const next: string[] = []
    for (const path of paths) {
      if (!WILDCARD.test(part)) {
        next.push(`${path}/${part}`)
        continue
      }
      const folder = await resolveInRoot(root, path)
      if (!folder.stats?.isDirectory()) continue
      const pattern = globRegExp(part)
      const names = (await readdir(join(root, folder.path))).filter((name) => pattern.test(name)).sort()
      next.push(...names.map((name) => `${path}/${name}`))
    }
    paths = next
  }
  return paths
}
