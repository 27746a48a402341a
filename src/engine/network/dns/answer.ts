import {
  type DecodedPacket,
  type Packet,
  type Question,
  type StringAnswer,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  encode,
} from 'dns-packet'
import { type Address, parseAddress, printAddress } from '../addresses.ts'

/** What one asking container may know. */
export interface Zone {
  /** Addresses of a name, in lower case and without final dot; undefined when no container has it. */
  addresses(name: string): readonly Address[] | undefined
  /** `web.net` of an address; null for an address of the networks that nobody has; undefined for a foreign one. */
  nameOf(address: Address): string | null | undefined
  /** Servers for all other names; empty when the container must not reach outside. */
  readonly upstreams: readonly string[]
}

/** RFC 1035 §4.1.1. */
export const RCODE = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
} as const

/** Seconds; short, since a container that starts again may have another address. */
const TTL = 5
const REVERSE = '.in-addr.arpa'
const ADDRESS_TYPES: ReadonlySet<string> = new Set(['A', 'ANY'])

/** The answer from the zone itself, or undefined when the upstream servers are to be asked. */
export const answer = (query: DecodedPacket, zone: Zone | undefined, shuffle = shuffled): Packet | undefined => {
  const [question, more] = query.questions ?? []
  if ((((query.flags ?? 0) >> 11) & 0xf) !== 0) return reply(query, RCODE.notImplemented)
  if (!question || more) return reply(query, RCODE.formatError)
  if (!zone) return reply(query, RCODE.refused)
  const local = question.type === 'PTR' ? pointer(question, zone) : hosts(question, zone, shuffle)
  if (local) return reply(query, local.rcode, local.answers)
  return zone.upstreams.length === 0 ? reply(query, RCODE.nameError) : undefined
}

/** A reply to `query` without or with answers. */
export const reply = (query: DecodedPacket, rcode: number, answers: StringAnswer[] = []): Packet => ({
  type: 'response',
  ...(query.id === undefined ? {} : { id: query.id }),
  flags: ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | rcode,
  questions: query.questions ?? [],
  answers,
})

/** The bytes of a reply; over UDP one that is too long is cut to its question, and the asker comes again over TCP. */
export const encodeReply = (packet: Packet, query: DecodedPacket, transport: 'udp' | 'tcp'): Buffer => {
  const bytes = encode(packet)
  if (transport === 'tcp' || bytes.length <= udpLimit(query)) return bytes
  return encode({ ...packet, answers: [], flags: (packet.flags ?? 0) | TRUNCATED })
}

const TRUNCATED = 1 << 9

const udpLimit = (query: DecodedPacket): number => {
  const edns = query.additionals?.find((record) => record.type === 'OPT')
  return Math.max(512, edns && 'udpPayloadSize' in edns ? edns.udpPayloadSize : 0)
}

interface Local {
  readonly rcode: number
  readonly answers: StringAnswer[]
}

/** A name of a container exists for every type, but has records of type A alone. */
const hosts = (question: Question, zone: Zone, shuffle: typeof shuffled): Local | undefined => {
  const addresses = zone.addresses(question.name.toLowerCase().replace(/\.$/, ''))
  if (!addresses) return undefined
  const wanted = ADDRESS_TYPES.has(question.type) ? shuffle(addresses) : []
  const record = (address: Address): StringAnswer => ({
    type: 'A',
    name: question.name,
    ttl: TTL,
    data: printAddress(address),
  })
  return { rcode: RCODE.noError, answers: wanted.map(record) }
}

const pointer = (question: Question, zone: Zone): Local | undefined => {
  const name = question.name.toLowerCase()
  if (!name.endsWith(REVERSE)) return undefined
  const address = parseAddress(name.slice(0, -REVERSE.length).split('.').reverse().join('.'))
  const found = address === undefined ? undefined : zone.nameOf(address)
  if (found === undefined) return undefined
  if (found === null) return { rcode: RCODE.nameError, answers: [] }
  return { rcode: RCODE.noError, answers: [{ type: 'PTR', name: question.name, ttl: TTL, data: found }] }
}

const shuffled = <T>(items: readonly T[]): T[] => {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [result[i], result[j]]
    if (a === undefined || b === undefined) continue
    result[i] = b
    result[j] = a
  }
  return result
}
