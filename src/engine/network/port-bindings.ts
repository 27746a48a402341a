import { isIP } from 'node:net'
import { AppError } from '../../errors/app-error.ts'
import type { PortBinding, PortMap } from '../../port/containers.ts'

export type Protocol = 'tcp' | 'udp' | 'sctp'

/** One thing to publish. `first` and `last` are 0 for any free port. */
export interface PortWish {
  readonly protocol: Protocol
  /** Port of the container. */
  readonly port: number
  /** `''` for all addresses, IPv4 and IPv6. */
  readonly hostIp: string
  readonly first: number
  readonly last: number
}

/** A port of the host that leads to a container. */
export interface PublishedPort {
  readonly protocol: Protocol
  readonly port: number
  readonly hostPort: number
  /** `0.0.0.0` and `::` for all, or a single address. */
  readonly hostIps: readonly string[]
  /** Gives the port back. */
  release(): void
}

/** What is to be published, from Docker's port bindings. @throws E_NETWORK_PORT_INVALID */
export const portWishes = (
  bindings: PortMap,
  options: { exposed: readonly string[]; publishAll: boolean; hostBinding?: string },
): PortWish[] => {
  const asked = Object.entries(bindings).flatMap(([key, list]) => (list ?? []).map((binding) => ({ key, binding })))
  const bound = new Set(asked.map(({ key }) => printPort(parsePort(key))))
  const rest = options.publishAll ? options.exposed.filter((key) => !bound.has(printPort(parsePort(key)))) : []
  const any: PortBinding = { HostIp: '', HostPort: '' }
  return [...asked, ...rest.map((key) => ({ key, binding: any }))].map(({ key, binding }) => ({
    ...parsePort(key),
    ...parseBinding(binding, options.hostBinding ?? ''),
  }))
}

/** `80/tcp`, `80` → its parts. @throws E_NETWORK_PORT_INVALID */
export const parsePort = (key: string): { port: number; protocol: Protocol } => {
  const [, number, name = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(key) ?? []
  const port = Number(number)
  if (!number || port < 1 || port > 65535) throw refused(`invalid container port "${key}"`)
  return { port, protocol: name.toLowerCase() as Protocol }
}

export const printPort = (of: { port: number; protocol: Protocol }): string => `${of.port}/${of.protocol}`

/** `Ports` of an inspect: chosen bindings, and null for what is only exposed. */
export const portMap = (published: readonly PublishedPort[], exposed: readonly string[]): PortMap => {
  const result: PortMap = Object.fromEntries(exposed.map((key) => [printPort(parsePort(key)), null]))
  for (const one of published) {
    const bindings = one.hostIps.map((ip) => ({ HostIp: ip, HostPort: String(one.hostPort) }))
    result[printPort(one)] = [...(result[printPort(one)] ?? []), ...bindings]
  }
  return result
}

const parseBinding = (binding: PortBinding, hostBinding: string): Pick<PortWish, 'hostIp' | 'first' | 'last'> => {
  const hostIp = binding.HostIp.replace(/^\[(.*)\]$/, '$1') || hostBinding
  if (hostIp !== '' && isIP(hostIp) === 0) throw refused(`invalid host address "${binding.HostIp}"`)
  const [, low = '', high] = /^(?:(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(binding.HostPort) ?? [undefined, 'x']
  const [first, last] = [Number(low), Number(high ?? low)]
  if (Number.isNaN(first) || last < first || last > 65535 || (first === 0 && last > 0)) {
    throw refused(`invalid host port "${binding.HostPort}"`)
  }
  return { hostIp, first, last }
}

const refused = (message: string): AppError => new AppError('E_NETWORK_PORT_INVALID', message)
