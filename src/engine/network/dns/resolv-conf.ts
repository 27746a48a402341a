import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Docker's choice when the host names no server that a container can reach. */
const PUBLIC = ['8.8.8.8', '8.8.4.4']

/** The addresses of the `nameserver` lines, resolv.conf(5). */
export const parseNameservers = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '')
    .filter((address) => isIP(address.replace(/%.*$/, '')) !== 0)

const FRESH_MS = 2000

/** Gives the name servers of the host; the file is read again when the last reading is older than two seconds. */
export const hostNameservers = (path = '/etc/resolv.conf'): (() => Promise<string[]>) => {
  let last: Promise<string[]> | undefined
  let readAt = 0
  return () => {
    const now = performance.now()
    if (!last || now - readAt > FRESH_MS) {
      readAt = now
      last = readFile(path, 'utf8').then(parseNameservers, () => [])
    }
    return last
  }
}

/** Those that can be reached from a network namespace of its own over IPv4; public ones when there are none. */
export const reachableNameservers = (addresses: readonly string[]): string[] => {
  const reachable = addresses.filter((address) => isIP(address) === 4 && !address.startsWith('127.'))
  return reachable.length > 0 ? reachable : PUBLIC
}
