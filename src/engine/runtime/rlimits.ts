import { AppError } from '../../errors/app-error.ts'
import type { Ulimit } from '../../port/containers.ts'
import type { OciRlimit } from './oci.ts'

export const RLIM_INFINITY = 2n ** 64n - 1n

const NAMES = new Set(
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' '),
)

/**
 * Ulimits as rlimits, −1 meaning unlimited; those above what the host may give are cut to it, with a warning.
 *
 * @throws E_RUNTIME_OPTION with Docker's words
 */
export const rlimits = (
  ulimits: readonly Ulimit[],
  hardLimits: ReadonlyMap<string, number>,
): { rlimits: OciRlimit[]; warnings: string[] } => {
  const warnings: string[] = []
  const limits = ulimits.map((ulimit) => {
    check(ulimit)
    const type = `RLIMIT_${ulimit.Name.toUpperCase()}`
    const most = hardLimits.get(type) ?? Number.POSITIVE_INFINITY
    const soft = value(ulimit.Soft)
    const hard = value(ulimit.Hard)
    if (hard > most || soft > most) {
      warnings.push(`Ulimit "${ulimit.Name}" is cut to ${most}: the engine may not give more`)
    }
    return { type, soft: print(Math.min(soft, most)), hard: print(Math.min(hard, most)) }
  })
  return { rlimits: limits, warnings }
}

const check = ({ Name, Soft, Hard }: Ulimit): void => {
  if (!NAMES.has(Name)) throw new AppError('E_RUNTIME_OPTION', `invalid ulimit type: ${Name}`)
  if (value(Soft) > value(Hard)) {
    throw new AppError(
      'E_RUNTIME_OPTION',
      `ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`,
    )
  }
}

const value = (limit: number): number => (limit < 0 ? Number.POSITIVE_INFINITY : limit)

const print = (limit: number): number | bigint => (limit === Number.POSITIVE_INFINITY ? RLIM_INFINITY : limit)
