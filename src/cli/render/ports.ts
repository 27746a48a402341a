import type { PortSummary } from '../../port/containers.ts'

interface PortGroup {
  readonly key: string
  readonly first: PortSummary
  last: number
}

/**
 * `127.0.0.1:53->53/udp, 0.0.0.0:8081->80/tcp, 9000-9002/tcp`: neighbours that are published under their own number, or
 * not at all, become a range; all others come last, as Docker's `DisplayablePorts` has it.
 */
export const printPorts = (ports: readonly PortSummary[]): string => {
  const sorted = [...ports].sort(compare)
  const isOther = (port: PortSummary): boolean => Boolean(port.IP) && port.PublicPort !== port.PrivatePort
  const done: PortGroup[] = []
  const open = new Map<string, PortGroup>()
  for (const port of sorted.filter((one) => !isOther(one))) {
    const key = `${port.IP ?? ''}/${port.Type}`
    const group = open.get(key)
    if (group && port.PrivatePort === group.last + 1) {
      group.last = port.PrivatePort
    } else {
      if (group) done.push(group)
      open.set(key, { key, first: port, last: port.PrivatePort })
    }
  }
  return [...done, ...open.values()].map(printGroup).concat(sorted.filter(isOther).map(printMapping)).join(', ')
}

const compare = (a: PortSummary, b: PortSummary): number =>
  a.PrivatePort - b.PrivatePort ||
  order(a.IP ?? '', b.IP ?? '') ||
  (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
  order(a.Type, b.Type)

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

const printGroup = ({ first, last }: PortGroup): string => {
  const range = last === first.PrivatePort ? String(last) : `${first.PrivatePort}-${last}`
  return first.IP ? `${hostOf(first.IP)}:${range}->${range}/${first.Type}` : `${range}/${first.Type}`
}

const printMapping = ({ IP = '', PublicPort, PrivatePort, Type }: PortSummary): string =>
  `${hostOf(IP)}:${PublicPort}->${PrivatePort}/${Type}`

const hostOf = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip)
