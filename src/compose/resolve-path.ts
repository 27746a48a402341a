import { posix } from 'node:path'

/** An absolute path: `~` is the home folder, anything else that is not absolute starts at `base`. */
export const resolvePath = (path: string, base: string, home: string): string => {
  if (path === '~' || path.startsWith('~/')) return posix.join(home, path.slice(1))
  return posix.isAbsolute(path) ? path : posix.join(base, path)
}
