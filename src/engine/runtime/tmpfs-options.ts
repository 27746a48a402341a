import { AppError } from '../../errors/app-error.ts'

/** Options that exclude each other; the later one counts. */
const PAIRS = [
  ['ro', 'rw'],
  ['noexec', 'exec'],
  ['nosuid', 'suid'],
  ['nodev', 'dev'],
  ['sync', 'async'],
  ['noatime', 'atime'],
  ['nodiratime', 'diratime'],
  ['relatime', 'norelatime'],
  ['strictatime', 'nostrictatime'],
] as const

const FLAGS = new Set<string>([...PAIRS.flat(), 'dirsync', 'mand', 'nomand'])
const DATA = /^(size|nr_blocks|nr_inodes|mode|uid|gid|mpol)=\S+$/
const DEFAULTS = ['nosuid', 'noexec', 'nodev']

/**
 * Mount options of `--tmpfs PATH:OPTIONS`: Docker's three defaults, each of which its opposite takes away.
 *
 * @throws E_RUNTIME_OPTION for an option that tmpfs has not
 */
export const tmpfsOptions = (text: string): string[] => {
  const given = text.split(',').filter((option) => option !== '')
  for (const option of given) {
    if (!FLAGS.has(option) && !DATA.test(option)) {
      throw new AppError('E_RUNTIME_OPTION', `invalid tmpfs option ["${option}"]`)
    }
  }
  const options = [...DEFAULTS, ...given]
  return options.filter((option, at) => !options.slice(at + 1).some((later) => overrides(later, option)))
}

const overrides = (later: string, earlier: string): boolean => {
  if (later === earlier) return true
  if (earlier.includes('=')) return later.split('=')[0] === earlier.split('=')[0]
  return PAIRS.some(([a, b]) => (a === earlier && b === later) || (b === earlier && a === later))
}
