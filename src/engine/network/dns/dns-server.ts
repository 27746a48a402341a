import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import { type DecodedPacket, decode } from 'dns-packet'
import { RCODE, type Zone, answer, encodeReply, reply } from './answer.ts'
import { forward } from './forward.ts'
import { framed, onMessages } from './framing.ts'

export interface DnsServer {
  readonly tcp: number
  readonly udp: number
  close(): Promise<void>
}

/** What the container with this source address may know; undefined: nothing. */
export type ZoneOf = (source: string) => Promise<Zone | undefined>

const ADDRESS = '127.0.0.1'
/** Queries that wait for an upstream server at one time; more are refused. */
const MAX_FORWARDS = 1000
const IDLE = 10_000

/**
 * The embedded DNS server: one for all networks, on ports of 127.0.0.1 to which the rules redirect port 53 of every
 * gateway. So it meets no other DNS server of the host, also one that listens on all addresses.
 * Who asks is known by the source address, which redirection leaves as it is.
 */
export const startDnsServer = async (zoneOf: ZoneOf, forwardQuery = forward): Promise<DnsServer> => {
  let forwards = 0

  const handle = async (bytes: Buffer, source: string, transport: 'udp' | 'tcp'): Promise<Buffer | undefined> => {
    const query = decoded(bytes)
    if (!query || query.type !== 'query') return undefined
    const zone = await zoneOf(source)
    const own = answer(query, zone)
    if (own) return encodeReply(own, query, transport)
    const response = zone && forwards < MAX_FORWARDS ? await counted(bytes, zone, transport) : undefined
    return response ?? encodeReply(reply(query, RCODE.serverFailure), query, transport)
  }

  const counted = async (bytes: Buffer, zone: Zone, transport: 'udp' | 'tcp'): Promise<Buffer | undefined> => {
    forwards += 1
    try {
      return await forwardQuery(bytes, zone.upstreams, { transport })
    } finally {
      forwards -= 1
    }
  }

  const udp = createSocket('udp4')
  udp.on('error', () => undefined)
  udp.on('message', (bytes, from) => {
    const send = (response: Buffer | undefined): void => {
      if (response && open) udp.send(response, from.port, from.address)
    }
    handle(bytes, from.address, 'udp').then(send, () => undefined)
  })

  const connections = new Set<Socket>()
  const tcp = createServer((socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(IDLE, () => socket.destroy())
    const source = socket.remoteAddress ?? ''
    onMessages(socket, (bytes) => {
      const send = (response: Buffer | undefined): void => {
        if (response && !socket.destroyed) socket.write(framed(response))
      }
      handle(bytes, source, 'tcp').then(send, () => socket.destroy())
    })
  })

  udp.bind(0, ADDRESS)
  tcp.listen(0, ADDRESS)
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
  tcp.on('error', () => undefined)
  udp.unref()
  tcp.unref()
  let open = true

  const address = tcp.address()
  if (address === null || typeof address === 'string') throw new Error('the DNS server has no port')
  return {
    tcp: address.port,
    udp: udp.address().port,
    async close() {
      open = false
      for (const socket of connections) socket.destroy()
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')])
      udp.close()
      tcp.close()
      await closed
    },
  }
}

const decoded = (bytes: Buffer): DecodedPacket | undefined => {
  try {
    return decode(bytes)
  } catch {
    return undefined
  }
}
