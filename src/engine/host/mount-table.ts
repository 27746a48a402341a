import { readFile } from 'node:fs/promises'

/** Every mount point of this process's mount namespace: what is really there, also after a crash. */
export const mountPoints = async (path = '/proc/self/mountinfo'): Promise<ReadonlySet<string>> =>
  parseMountInfo(await readFile(path, 'utf8'))

/** The fifth field of each line of a mountinfo file, with its octal escapes undone (proc(5)). */
export const parseMountInfo = (text: string): ReadonlySet<string> => {
  const points = new Set<string>()
  for (const line of text.split('\n')) {
    const point = line.split(' ', 5)[4]
    if (point !== undefined) points.add(point.replaceAll(/\\(\d{3})/g, (_, code: string) => octal(code)))
  }
  return points
}

const octal = (code: string): string => String.fromCharCode(Number.parseInt(code, 8))
