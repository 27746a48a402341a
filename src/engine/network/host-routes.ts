import { readFile } from 'node:fs/promises'
import type { Subnet } from './addresses.ts'

export interface HostRoute {
  readonly device: string
  readonly subnet: Subnet
}

/** The IPv4 routes of the host, without the default route: the addresses that networks must stay clear of. */
export const hostRoutes = async (path = '/proc/net/route'): Promise<HostRoute[]> =>
  parseRoutes(await readFile(path, 'utf8').catch(() => ''))

/** Reads the table of proc_pid_net(5): numbers are hexadecimal in the byte order of the host, little-endian here. */
export const parseRoutes = (text: string): HostRoute[] =>
  text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .flatMap(([device, destination, , , , , , mask]) => {
      const base = swapped(destination)
      const prefix = prefixOf(swapped(mask))
      return device && base !== undefined && prefix ? [{ device, subnet: { base, prefix } }] : []
    })

const swapped = (hex: string | undefined): number | undefined =>
  hex && /^[0-9A-F]{8}$/i.test(hex) ? Buffer.from(hex, 'hex').readUInt32LE() : undefined

/** Length of a netmask; undefined when it is absent. */
const prefixOf = (mask: number | undefined): number | undefined =>
  mask === undefined ? undefined : 32 - Math.log2(2 ** 32 - mask)
