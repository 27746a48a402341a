import { isIP } from 'node:net'
import { type MapNode, type Node, child, mapOf, scalar, withEntry, withoutEntry } from '../node.ts'
import { scalarText } from '../source/scalar.ts'
import { type Site, type Transform, eachItem, onScalar, reject } from './transform.ts'

const PROTOCOLS = ['tcp', 'udp', 'sctp']
const HINT = 'Write [[IP:]HOST:]CONTAINER[/tcp|/udp], as in "8080:80", "80", "127.0.0.1:8080:80" or "127.0.0.1::80"'

interface Range {
  readonly first: number
  readonly last: number
}

const readRange = (source: string): Range | undefined => {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(source)
  if (!match) return undefined
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return first <= last && last <= 65_535 ? { first, last } : undefined
}

/** `[IP:][HOST:]CONTAINER[/PROTOCOL]` with ranges → one long form a container port. */
export const ports: Transform = eachItem((item, site) =>
  item.kind === 'scalar' ? shortPorts(scalarText(item.value), item, site) : longPort(item, site),
)

const shortPorts = (source: string, item: Node, site: Site): readonly Node[] | undefined => {
  const fail = (detail: string): undefined => reject(site, item.at, `"${source}": ${detail}`, HINT)
  const [mapping = '', protocol = 'tcp', ...more] = source.toLowerCase().split('/')
  if (more.length > 0 || !PROTOCOLS.includes(protocol)) return fail(`"${protocol}" is no protocol`)
  const parts = /^(?:(?:(\[[^\]]*\]|[^:]*):)?([^:]*):)?([^:]*)$/.exec(mapping)
  if (!parts) return fail('too many colons')
  const [, bracketed = '', host = '', container = ''] = parts
  const address = bracketed.replace(/^\[(.*)\]$/, '$1')
  if (address !== '' && isIP(address) === 0) return fail(`"${address}" is no IP address`)
  const target = readRange(container)
  if (!target || target.first === 0) return fail(`"${container}" is no container port`)
  const published = host === '' ? undefined : readRange(host)
  if (host !== '' && !published) return fail(`"${host}" is no host port`)
  return (
    expand(target, published, (containerPort, hostPort) =>
      mapOf(
        {
          mode: 'ingress',
          host_ip: address === '' ? undefined : address,
          target: containerPort,
          published: hostPort,
          protocol,
        },
        item.at,
      ),
    ) ?? fail(`the ranges "${host}" and "${container}" differ in length`)
  )
}

/** Ranges of one length go together one by one; a host range before a single container port is one to choose from. */
const expand = (
  target: Range,
  published: Range | undefined,
  port: (target: number, published: string | undefined) => Node,
): readonly Node[] | undefined => {
  const count = target.last - target.first + 1
  const hosts = published && published.last - published.first + 1
  if (published && hosts !== count) {
    return count === 1 ? [port(target.first, `${published.first}-${published.last}`)] : undefined
  }
  return Array.from({ length: count }, (_, i) => port(target.first + i, published && String(published.first + i)))
}

const longPort = (item: Node, site: Site): Node | undefined => {
  if (item.kind !== 'map') return item
  const field = (key: string): string => scalarTextOf(child(item, key))
  const fail = (key: string, what: string): undefined =>
    reject(site, child(item, key)?.at ?? item.at, `"${field(key)}" is no ${what}`)
  const [target, published, address] = [field('target'), field('published'), field('host_ip')]
  if (target === '' || target === '0') return reject(site, item.at, 'the "target" port is missing')
  const port = readRange(target)
  if (!port || port.first !== port.last) return fail('target', 'container port')
  if (published !== '' && !readRange(published)) return fail('published', 'host port')
  if (address !== '' && isIP(address) === 0) return fail('host_ip', 'IP address')
  const protocol = field('protocol').toLowerCase()
  if (protocol !== '' && !PROTOCOLS.includes(protocol)) return fail('protocol', 'protocol')
  const texts = { published, host_ip: address, protocol }
  return Object.entries(texts).reduce<MapNode>((next, [key, value]) => {
    const known = child(item, key)
    if (!known) return next
    return value === '' ? withoutEntry(next, key) : withEntry(next, key, scalar(value, known.at))
  }, item)
}

const scalarTextOf = (node: Node | undefined): string => (node?.kind === 'scalar' ? scalarText(node.value) : '')

/** Ports a container listens on, `80`, `80-82`, `53/udp`: as text. */
export const exposedPort: Transform = onScalar((node, site) => {
  const source = scalarText(node.value)
  const [range = '', protocol = 'tcp', ...more] = source.split('/')
  if (more.length > 0 || !PROTOCOLS.includes(protocol) || !readRange(range)) {
    return reject(site, node.at, `"${source}" is no port`, 'Write PORT or FIRST-LAST, with /udp after it for UDP')
  }
  return scalar(source, node.at)
})
