/** A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export interface MountEntry {
  /** Mount point, seen from the root of the process. */
  readonly point: string
  readonly type: string
  /** Options of the mount and of its file system together. */
  readonly options: ReadonlySet<string>
}

/** In the order of mounting: of two at one point the last is on top. */
export const parseMountinfo = (text: string): MountEntry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ')
      const [, , , , point = '', options = ''] = before.split(' ')
      const [type = '', , superOptions = ''] = after.split(' ')
      return { point: unescape(point), type, options: new Set([...options.split(','), ...superOptions.split(',')]) }
    })

/** Blanks, tabs, newlines and backslashes are written as octal numbers. */
const unescape = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
