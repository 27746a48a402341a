import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerRecord } from './record.ts'

/** The three files that every container gets mounted, in its folder below the data root. */
export interface EtcFiles {
  readonly hosts: string
  readonly hostname: string
  readonly resolvConf: string
}

export const etcFiles = (folder: string): EtcFiles => ({
  hosts: join(folder, 'hosts'),
  hostname: join(folder, 'hostname'),
  resolvConf: join(folder, 'resolv.conf'),
})

const LOCAL = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'ff00::\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
]

export interface HostsInput {
  readonly record: ContainerRecord
  /** `ADDRESS names` of links. */
  readonly linkLines: readonly string[]
  /** What stands at the beginning in place of the names of localhost: the host's own file, on its network. */
  readonly hostText?: string
}

/** What `host-gateway` stands for: the gateway of the first network that has one, or the host itself on its own network. */
const hostGateway = ({ networkSettings }: ContainerRecord): string =>
  Object.values(networkSettings.Networks).find(({ Gateway }) => Gateway)?.Gateway ?? '127.0.0.1'

/** The text of /etc/hosts, in Docker's order: localhost, extra hosts, links, own addresses. */
export const hostsText = ({ record, linkLines, hostText }: HostsInput): string => {
  const extra = (record.hostConfig.ExtraHosts ?? []).map((entry) => {
    const at = entry.search(/[:=]/)
    const address = entry.slice(at + 1).replace(/^\[(.*)\]$/, '$1')
    return `${address === 'host-gateway' ? hostGateway(record) : address}\t${entry.slice(0, at)}`
  })
  const host = record.config.Hostname ?? ''
  const names = record.config.Domainname ? `${host}.${record.config.Domainname} ${host}` : host
  const own = Object.values(record.networkSettings.Networks)
    .map((endpoint) => endpoint.IPAddress)
    .filter((address) => Boolean(address))
    .map((address) => `${address}\t${names}`)
  const local = hostText === undefined ? LOCAL : [hostText.trimEnd()]
  return [...local, ...extra, ...linkLines, ...own, ''].join('\n')
}

/** The text of /etc/resolv.conf: the container's own settings before those of the host. */
export const resolvText = async (record: ContainerRecord, nameservers: readonly string[]): Promise<string> => {
  const { DnsSearch, DnsOptions } = record.hostConfig
  const fromHost = await readFile('/etc/resolv.conf', 'utf8').catch(() => '')
  const searchLine = /^(?:search|domain)\s+(.+)$/m.exec(fromHost)?.[1]
  const search = DnsSearch?.length ? DnsSearch.filter((domain) => domain !== '.') : (searchLine?.split(/\s+/) ?? [])
  const onlyDefault = Object.keys(record.endpoints).every(
    (name) => name === 'bridge' || name === 'host' || name === 'none',
  )
  const options = [
    ...(DnsOptions ?? []),
    ...(onlyDefault || DnsOptions?.some((o) => o.startsWith('ndots')) ? [] : ['ndots:0']),
  ]
  return [
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n')
}

/**
 * Writes a mounted file in place: a running container sees the new text only in the same inode, and never none.
 */
export const writeEtcFile = async (path: string, text: string): Promise<void> => {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o644)
  try {
    const bytes = Buffer.from(text)
    await file.write(bytes, 0, bytes.length, 0)
    await file.truncate(bytes.length)
  } finally {
    await file.close()
  }
}
