import { describe, expect, it } from 'vitest'
import { parseSubnet } from '../../../../src/engine/network/addresses.ts'
import { movedRecord, newRecord, plainRecord } from '../../../../src/engine/network/network-record.ts'
import type { NetworkCreate } from '../../../../src/port/networks.ts'
import { TAG } from './fixtures.ts'

const automatic = parseSubnet('172.20.0.0/16') ?? { base: 0, prefix: 0 }
const create = (body: NetworkCreate): ReturnType<typeof newRecord> =>
  newRecord(body, {
    now: '2026-01-02T03:04:05Z',
    tag: TAG,
    bridgeName: () => `tsc${TAG}b7`,
    subnetFor: (wanted) => wanted ?? automatic,
  })

describe('records of networks', () => {
  it('get an id, a subnet, its first address as gateway, and a bridge', () => {
    const record = create({ Name: 'net' })
    expect(record.id).toMatch(/^[0-9a-f]{64}$/)
    expect(record).toMatchObject({ subnet: '172.20.0.0/16', gateway: '172.20.0.1', bridge: 'tscabcdefb7' })
  })

  it('keep what the user asks for', () => {
    const record = create({
      Name: 'net',
      Options: { 'com.docker.network.bridge.name': 'br-mine' },
      IPAM: { Driver: 'default', Config: [{ Subnet: '10.5.1.0/24', Gateway: '10.5.1.254' }] },
    })
    expect(record).toMatchObject({ subnet: '10.5.1.0/24', gateway: '10.5.1.254', bridge: 'br-mine' })
  })

  it.each<[NetworkCreate, string]>([
    [{ Name: '-x' }, 'invalid network name: "-x"'],
    [{ Name: 'x', Driver: 'host' }, 'only one instance of "host" network is allowed'],
    [{ Name: 'x', Driver: 'overlay' }, 'could not find plugin overlay in v1 plugin registry: plugin not found'],
    [{ Name: 'x', EnableIPv6: true }, 'IPv6 networks are not supported'],
    [{ Name: 'x', IPAM: { Driver: 'dhcp' } }, 'invalid ipam driver: "dhcp"'],
    [{ Name: 'x', IPAM: { Config: [{ Subnet: 'fd00::/64' }] } }, 'invalid subnet "fd00::/64"'],
    [
      { Name: 'x', IPAM: { Config: [{ Gateway: '10.0.0.1' }] } },
      'a gateway, range or auxiliary address needs a subnet',
    ],
    [{ Name: 'x', IPAM: { Config: [{ Subnet: '10.0.0.0/8' }, { Subnet: '11.0.0.0/8' }] } }, 'multiple subnets'],
    [{ Name: 'x', Options: { 'com.docker.network.bridge.name': 'much-too-long-name' } }, 'invalid bridge name'],
  ])('are refused when they are wrong: %#', (body, message) => {
    expect(() => create(body)).toThrow(message)
  })

  it('answer a missing driver with 404', () => {
    expect(() => create({ Name: 'x', Driver: 'overlay' })).toThrow(expect.objectContaining({ httpStatus: 404 }))
  })

  it('of host and none have no addresses', () => {
    expect(plainRecord('none', 'null', '')).toMatchObject({ name: 'none', subnet: '', gateway: '', bridge: '' })
  })

  it('keep all but the addresses when they move', () => {
    const record = create({ Name: 'net' })
    const moved = movedRecord(record, parseSubnet('172.30.0.0/16') ?? automatic)
    expect(moved).toEqual({ ...record, subnet: '172.30.0.0/16', gateway: '172.30.0.1' })
  })
})
