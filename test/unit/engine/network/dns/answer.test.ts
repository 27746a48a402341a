import { type DecodedPacket, type RecordType, RECURSION_DESIRED, decode, encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../../../src/engine/network/addresses.ts'
import { type Zone, answer, encodeReply, reply } from '../../../../../src/engine/network/dns/answer.ts'

const EDNS = { extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] }

const address = (text: string): number => parseAddress(text) ?? 0
const zone: Zone = {
  addresses: (name) => (name === 'web' ? [address('172.18.0.2'), address('172.18.0.3')] : undefined),
  nameOf: (of) => (of === address('172.18.0.2') ? 'web.net' : of === address('172.18.0.9') ? null : undefined),
  upstreams: ['192.0.2.53'],
}
const ask = (name: string, type: RecordType = 'A', flags = RECURSION_DESIRED): DecodedPacket =>
  decode(encode({ type: 'query', id: 7, flags, questions: [{ name, type }] }))
const answered = (query: DecodedPacket, of: Zone | undefined = zone): DecodedPacket | undefined => {
  const packet = answer(query, of, (items) => [...items])
  return packet && decode(encode(packet))
}

describe('answer', () => {
  it('gives all addresses of a name, in the letters of the question', () => {
    const packet = answered(ask('WeB'))
    expect(packet).toMatchObject({ id: 7, type: 'response', rcode: 'NOERROR', flag_rd: true, flag_ra: true })
    expect(packet?.answers).toMatchObject([
      { name: 'WeB', type: 'A', ttl: 5, data: '172.18.0.2' },
      { name: 'WeB', type: 'A', ttl: 5, data: '172.18.0.3' },
    ])
  })

  it('gives every address over time the first place', () => {
    const first = new Set<string>()
    for (let i = 0; i < 200; i += 1) {
      const record = answer(ask('web'), zone)?.answers?.[0]
      if (record?.type === 'A') first.add(record.data)
    }
    expect(first.size).toBe(2)
  })

  it.each(['AAAA', 'MX', 'TXT'] as const)('knows a name without records of type %s', (type) => {
    expect(answered(ask('web', type))).toMatchObject({ rcode: 'NOERROR', answers: [] })
  })

  it('gives names of addresses, and none of free ones', () => {
    expect(answered(ask('2.0.18.172.in-addr.arpa', 'PTR'))?.answers).toMatchObject([{ type: 'PTR', data: 'web.net' }])
    expect(answered(ask('9.0.18.172.in-addr.arpa', 'PTR'))).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
  })

  it.each([
    ['example.org', 'A'],
    ['8.8.8.8.in-addr.arpa', 'PTR'],
    ['web', 'PTR'],
  ] as const)('leaves %s %s to the upstream servers', (name, type) => {
    expect(answered(ask(name, type))).toBeUndefined()
  })

  it('denies other names where there are no upstream servers', () => {
    expect(answered(ask('example.org'), { ...zone, upstreams: [] })).toMatchObject({ rcode: 'NXDOMAIN' })
  })

  it('refuses strangers, other operations, and none or several questions', () => {
    const question = { name: 'web', type: 'A' } as const
    expect(decode(encode(answer(ask('web'), undefined) ?? {}))).toMatchObject({ rcode: 'REFUSED' })
    expect(answered(ask('web', 'A', 4 << 11))).toMatchObject({ rcode: 'NOTIMP' })
    expect(answered(decode(encode({ type: 'query', questions: [] })))).toMatchObject({ rcode: 'FORMERR' })
    expect(answered(decode(encode({ type: 'query', questions: [question, question] })))).toMatchObject({
      rcode: 'FORMERR',
    })
  })

  it('is cut over UDP when it is longer than the asker takes', () => {
    const query = ask('web')
    const records = Array.from({ length: 40 }, (_, i) => ({
      type: 'A' as const,
      name: 'web',
      ttl: 5,
      data: `10.0.0.${i}`,
    }))
    const packet = reply(query, 0, records)
    expect(decode(encodeReply(packet, query, 'udp'))).toMatchObject({ flag_tc: true, answers: [] })
    expect(decode(encodeReply(packet, query, 'tcp')).answers).toHaveLength(40)
    const edns = decode(
      encode({
        type: 'query',
        questions: [{ name: 'web', type: 'A' }],
        additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 4096, ...EDNS }],
      }),
    )
    expect(decode(encodeReply(packet, edns, 'udp')).answers).toHaveLength(40)
  })
})
