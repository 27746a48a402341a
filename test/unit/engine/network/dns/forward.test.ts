import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { decode, encode } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import { forward } from '../../../../../src/engine/network/dns/forward.ts'
import { framed, onMessages } from '../../../../../src/engine/network/dns/framing.ts'

const query = encode({ type: 'query', id: 77, questions: [{ name: 'example.org', type: 'A' }] })
const REFUSED = 5
const SERVFAIL = 2

describe('forward', () => {
  const ends: (() => void)[] = []
  afterEach(() => ends.splice(0).forEach((end) => end()))

  const respond = (bytes: Buffer, rcode: number, data: string): Buffer => {
    const { id = 0, questions = [] } = decode(bytes)
    const answers = rcode === 0 ? [{ type: 'A' as const, name: 'example.org', ttl: 1, data }] : []
    return encode({ type: 'response', id, flags: rcode, questions, answers })
  }

  /** Servers on addresses of 127.0.0.0/8 that share one port; a rcode of −1 never answers. */
  const servers = async (rcodes: Record<string, number>): Promise<number> => {
    let port = 0
    for (const [address, rcode] of Object.entries(rcodes)) {
      const udp = createSocket('udp4')
      udp.on('message', (bytes, from) => {
        if (rcode >= 0) udp.send(respond(bytes, rcode, address), from.port, from.address)
      })
      udp.bind(port, address)
      await once(udp, 'listening')
      port = udp.address().port
      ends.push(() => udp.close())
    }
    return port
  }
  const ask = async (port: number, addresses: string[]): Promise<ReturnType<typeof decode> | undefined> => {
    const answer = await forward(query, addresses, { transport: 'udp', port, timeout: 150 })
    return answer && decode(answer)
  }

  it('passes on the answer of the first server, under the id of the asker', async () => {
    const port = await servers({ '127.0.1.1': 0, '127.0.1.2': 0 })
    expect(await ask(port, ['127.0.1.1', '127.0.1.2'])).toMatchObject({ id: 77, answers: [{ data: '127.0.1.1' }] })
  })

  it.each([
    ['fails', SERVFAIL],
    ['refuses', REFUSED],
    ['is silent', -1],
  ])('asks the next server when one %s', async (_, rcode) => {
    const port = await servers({ '127.0.1.1': rcode, '127.0.1.2': 0 })
    expect(await ask(port, ['127.0.1.1', '127.0.1.2'])).toMatchObject({ answers: [{ data: '127.0.1.2' }] })
  })

  it('asks the next server when one cannot be reached', async () => {
    const port = await servers({ '127.0.1.2': 0 })
    expect(await ask(port, ['127.0.1.1', '127.0.1.2'])).toMatchObject({ answers: [{ data: '127.0.1.2' }] })
  })

  it('passes on a refusal when all refuse, and nothing when all are silent', async () => {
    const port = await servers({ '127.0.1.1': REFUSED, '127.0.1.2': -1 })
    expect(await ask(port, ['127.0.1.1', '127.0.1.2'])).toMatchObject({ rcode: 'REFUSED' })
    expect(await ask(port, ['127.0.1.2'])).toBeUndefined()
    expect(await ask(port, [])).toBeUndefined()
  })

  it('takes no answer for another question', async () => {
    const udp = createSocket('udp4')
    udp.on('message', (bytes, from) => {
      const wrong = respond(bytes, 0, '6.6.6.6')
      wrong.writeUInt16BE((wrong.readUInt16BE() + 1) % 0x10000)
      udp.send(wrong, from.port, from.address)
      udp.send(respond(bytes, 0, '1.2.3.4'), from.port, from.address)
    })
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    ends.push(() => udp.close())
    expect(await ask(udp.address().port, ['127.0.0.1'])).toMatchObject({ answers: [{ data: '1.2.3.4' }] })
  })

  it('asks over tcp when it was asked over tcp', async () => {
    const tcp = createServer((socket) =>
      onMessages(socket, (bytes) => socket.end(framed(respond(bytes, 0, '1.2.3.4')))),
    )
    tcp.listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    ends.push(() => tcp.close())
    const { port } = tcp.address() as AddressInfo
    const answer = await forward(query, ['127.0.0.1'], { transport: 'tcp', port })
    expect(answer && decode(answer)).toMatchObject({ id: 77, answers: [{ data: '1.2.3.4' }] })
  })
})
