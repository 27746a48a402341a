import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type DecodedPacket, decode, encode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAddress } from '../../../../../src/engine/network/addresses.ts'
import type { Zone } from '../../../../../src/engine/network/dns/answer.ts'
import { type DnsServer, startDnsServer } from '../../../../../src/engine/network/dns/dns-server.ts'
import { framed, onMessages } from '../../../../../src/engine/network/dns/framing.ts'

const query = (name: string): Buffer => encode({ type: 'query', id: 9, questions: [{ name, type: 'A' }] })
const zone: Zone = {
  addresses: (name) => (name === 'web' ? [parseAddress('172.18.0.2') ?? 0] : undefined),
  nameOf: () => undefined,
  upstreams: ['192.0.2.53'],
}

describe('DNS server', () => {
  let server: DnsServer
  let forwarded: { upstreams: readonly string[]; transport: string }[]
  let upstream: Buffer | undefined

  beforeEach(async () => {
    forwarded = []
    upstream = undefined
    server = await startDnsServer(
      async (source) => (source === '127.0.0.1' ? zone : undefined),
      async (_, upstreams, { transport }) => {
        forwarded.push({ upstreams, transport })
        return upstream
      },
    )
  })
  afterEach(() => server.close())

  const udp = async (bytes: Buffer): Promise<DecodedPacket> => {
    const socket = createSocket('udp4')
    socket.send(bytes, server.udp, '127.0.0.1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    return decode(answer)
  }
  const tcp = async (...messages: Buffer[]): Promise<DecodedPacket[]> => {
    const socket = connect({ host: '127.0.0.1', port: server.tcp })
    const answers: DecodedPacket[] = []
    const all = new Promise<void>((resolve) => {
      onMessages(socket, (bytes) => {
        if (answers.push(decode(bytes)) === messages.length) resolve()
      })
    })
    for (const message of messages) socket.write(framed(message))
    await all
    socket.destroy()
    return answers
  }

  it('answers names over udp and tcp, several on one connection', async () => {
    expect(await udp(query('web'))).toMatchObject({ id: 9, answers: [{ data: '172.18.0.2' }] })
    expect(await tcp(query('web'), query('web'))).toMatchObject([
      { answers: [{ data: '172.18.0.2' }] },
      { answers: [{ data: '172.18.0.2' }] },
    ])
  })

  it('passes other names on by the way they came', async () => {
    upstream = encode({ type: 'response', id: 9, questions: [], answers: [] })
    expect(await udp(query('example.org'))).toMatchObject({ rcode: 'NOERROR' })
    await tcp(query('example.org'))
    expect(forwarded).toEqual([
      { upstreams: ['192.0.2.53'], transport: 'udp' },
      { upstreams: ['192.0.2.53'], transport: 'tcp' },
    ])
  })

  it('says so when no upstream server answers', async () => {
    expect(await udp(query('example.org'))).toMatchObject({ id: 9, rcode: 'SERVFAIL' })
  })

  it('survives what is no query', async () => {
    const socket = createSocket('udp4')
    for (const junk of [Buffer.from('junk'), Buffer.alloc(0), encode({ type: 'response', id: 1 })]) {
      socket.send(junk, server.udp, '127.0.0.1')
    }
    expect(await udp(query('web'))).toMatchObject({ rcode: 'NOERROR' })
    socket.close()
  })
})
