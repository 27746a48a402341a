import { describe, expect, it } from 'vitest'
import { parseAddress, printAddress, printSubnet } from '../../../../src/engine/network/addresses.ts'
import { bridgeSettings, isDeviceName } from '../../../../src/engine/network/bridge-settings.ts'
import type { IpamPool } from '../../../../src/port/networks.ts'
import { TAG, recordOf } from './fixtures.ts'

const withPool = (pool: IpamPool, more: { subnet?: string; gateway?: string } = {}): ReturnType<typeof recordOf> =>
  recordOf('net', { subnet: '10.5.0.0/16', gateway: '10.5.0.1', ...more, body: { IPAM: { Config: [pool] } } })
const withOption = (name: string, value: string): ReturnType<typeof recordOf> =>
  recordOf('net', { body: { Options: { [`com.docker.network.${name}`]: value } } })

describe('settings of a bridge network', () => {
  it("default to Docker's", () => {
    const settings = bridgeSettings(recordOf('net'), TAG)
    expect(settings).toMatchObject({ internal: false, icc: true, masquerade: true, mtu: 1500, fixed: false })
    expect(settings).toMatchObject({ alias: 'tsc-abcdef', hostBinding: '', devicePrefix: 'eth' })
  })

  it('follow the address pool', () => {
    const pool = { Subnet: '10.5.0.0/16', IPRange: '10.5.9.0/24', AuxiliaryAddresses: { router: '10.5.9.1' } }
    const settings = bridgeSettings(withPool(pool), TAG)
    expect(settings.fixed).toBe(true)
    expect(printSubnet(settings.range)).toBe('10.5.9.0/24')
    expect([...settings.reserved].map(printAddress)).toEqual(['10.5.9.1'])
    expect(settings.gateway).toBe(parseAddress('10.5.0.1'))
  })

  it.each([
    ['bridge.enable_icc', 'false', { icc: false }],
    ['bridge.enable_ip_masquerade', '0', { masquerade: false }],
    ['driver.mtu', '9000', { mtu: 9000 }],
    ['bridge.host_binding_ipv4', '127.0.0.1', { hostBinding: '127.0.0.1' }],
    ['container_iface_prefix', 'net', { devicePrefix: 'net' }],
  ])('follow the option %s', (name, value, expected) => {
    expect(bridgeSettings(withOption(name, value), TAG)).toMatchObject(expected)
  })

  it.each([
    [withPool({ Subnet: '10.5.0.0/16', IPRange: '10.6.0.0/24' }), 'no matching subnet for range "10.6.0.0/24"'],
    [withPool({ Subnet: '10.5.0.0/16', IPRange: 'x' }), 'invalid ip-range "x"'],
    [withPool({ Subnet: '10.5.0.0/16' }, { gateway: '10.9.0.1' }), 'no matching subnet for gateway "10.9.0.1"'],
    [withPool({ Subnet: '10.5.0.0/16' }, { gateway: 'me' }), 'invalid gateway "me"'],
    [withPool({ AuxiliaryAddresses: { a: '10.5.0.1' } }), 'auxiliary address "10.5.0.1" is the gateway'],
    [withPool({}, { subnet: '10.5.0.0/31', gateway: '10.5.0.1' }), 'subnet "10.5.0.0/31" is too small'],
    [withOption('driver.mtu', '12'), 'invalid MTU "12"'],
    [withOption('bridge.enable_icc', 'maybe'), 'invalid value for option'],
    [withOption('bridge.host_binding_ipv4', 'here'), 'invalid value for option'],
    [withOption('container_iface_prefix', 'a b'), 'invalid value for option'],
  ])('refuse what is wrong: %#', (record, message) => {
    expect(() => bridgeSettings(record, TAG)).toThrow(message)
  })

  it('take names that the kernel takes for interfaces', () => {
    expect(['br0', 'my-bridge.1', 'a'.repeat(15)].every(isDeviceName)).toBe(true)
    expect(['', '..', 'a/b', 'a b', 'a'.repeat(16)].some(isDeviceName)).toBe(false)
  })
})
