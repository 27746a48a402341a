import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { coalesce } from '../../lib/coalesce.ts'
import type { Host } from '../host/host.ts'

export interface ForwardingOptions {
  readonly host: Host
  /** True while a network of this engine has containers. */
  needed(): boolean
  readonly sysctl?: string
  readonly links?: string
  /** Remembers, for all engines of the machine, that forwarding was off before the first of them. */
  readonly marker?: string
}

/**
 * Turns IPv4 forwarding on while it is needed, and off again if it was off before. It stays on while any other
 * virtual link is up (another engine's, Docker's, a virtual machine's), since that may rely on it by then.
 */
export const createForwarding = (options: ForwardingOptions): (() => Promise<void>) => {
  const { host, sysctl = '/proc/sys/net/ipv4/ip_forward', marker = '/run/tsc-compose.ip_forward' } = options
  const enable = async (): Promise<void> => {
    if ((await readFile(sysctl, 'utf8')).trim() !== '0') return
    await writeFile(marker, '0\n')
    await host.writeKernelFile(sysctl, '1')
  }
  const restore = async (): Promise<void> => {
    const before = await readFile(marker, 'utf8').catch(() => undefined)
    if (before === undefined || (await hasVirtualLink(options.links ?? '/sys/devices/virtual/net'))) return
    await host.writeKernelFile(sysctl, '0')
    await rm(marker, { force: true })
  }
  return coalesce(() => (options.needed() ? enable() : restore()))
}

const IFF_UP = 1

const hasVirtualLink = async (folder: string): Promise<boolean> => {
  for (const name of await readdir(folder).catch(() => [])) {
    const flags = await readFile(`${folder}/${name}/flags`, 'utf8').catch(() => '0')
    if (name !== 'lo' && (Number(flags) & IFF_UP) !== 0) return true
  }
  return false
}
