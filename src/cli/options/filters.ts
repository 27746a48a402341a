import type { Filters } from '../../port/common.ts'
import { usageError } from '../usage-error.ts'

/**
 * `KEY=VALUE` texts as the engine's filters.
 * @throws E_CLI_USAGE
 */
export const readFilters = (texts: readonly string[]): Filters => {
  const filters: Record<string, string[]> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) throw usageError(`invalid argument "${text}" for "-f, --filter" flag: KEY=VALUE is expected`)
    const key = text.slice(0, at)
    filters[key] = [...(filters[key] ?? []), text.slice(at + 1)]
  }
  return filters
}
