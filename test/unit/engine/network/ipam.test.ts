import { assert, integer, property, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress, printAddress } from '../../../../src/engine/network/addresses.ts'
import { bridgeSettings } from '../../../../src/engine/network/bridge-settings.ts'
import { type AddressWish, allocate } from '../../../../src/engine/network/ipam.ts'
import { TAG, recordOf } from './fixtures.ts'

const small = bridgeSettings(
  recordOf('net', {
    subnet: '10.5.0.0/29',
    gateway: '10.5.0.1',
    body: { IPAM: { Config: [{ Subnet: '10.5.0.0/29', AuxiliaryAddresses: { router: '10.5.0.4' } }] } },
  }),
  TAG,
)
const take = (used: readonly string[], wish: AddressWish = {}): string =>
  printAddress(allocate(small, new Set(used.map((text) => parseAddress(text) ?? 0)), wish))

describe('allocate', () => {
  it('gives the lowest free address, never network, broadcast, gateway or auxiliary addresses', () => {
    expect(take([])).toBe('10.5.0.2')
    expect(take(['10.5.0.2'])).toBe('10.5.0.3')
    expect(take(['10.5.0.2', '10.5.0.3'])).toBe('10.5.0.5')
  })

  it('gives each address once until none is left', () => {
    const used: string[] = []
    for (let i = 0; i < 4; i += 1) used.push(take(used))
    expect(new Set(used).size).toBe(4)
    expect(() => take(used)).toThrow('no available IPv4 addresses on "10.5.0.0/29"')
  })

  it('prefers the address of the last run when it is free', () => {
    expect(take([], { preferred: '10.5.0.5' })).toBe('10.5.0.5')
    expect(take(['10.5.0.5'], { preferred: '10.5.0.5' })).toBe('10.5.0.2')
    expect(take([], { preferred: '10.9.0.5' })).toBe('10.5.0.2')
  })

  it.each([
    ['10.5.0.2', 'Address already in use: "10.5.0.2"'],
    ['10.5.0.1', 'Address already in use: "10.5.0.1" is the gateway of "10.5.0.0/29"'],
    ['10.5.0.7', 'address "10.5.0.7" is the first or last of "10.5.0.0/29"'],
    ['10.6.0.1', 'no configured subnet contains IP address "10.6.0.1": the network has "10.5.0.0/29"'],
    ['ten', 'invalid IPv4 address: "ten"'],
  ])('refuses the fixed address %s', (fixed, message) => {
    expect(() => take(['10.5.0.2'], { fixed })).toThrow(message)
  })

  it('gives a fixed address, also one that is reserved', () => {
    expect(take([], { fixed: '10.5.0.4' })).toBe('10.5.0.4')
  })

  it("refuses a fixed address where the user named no subnet, in Docker's words", () => {
    const automatic = bridgeSettings(recordOf('net'), TAG)
    expect(() => allocate(automatic, new Set(), { fixed: '172.18.0.9' })).toThrow(
      'user specified IP address is supported only when connecting to networks with user configured subnets',
    )
  })

  it('stays inside the range', () => {
    const ranged = bridgeSettings(
      recordOf('net', { body: { IPAM: { Config: [{ Subnet: '172.18.0.0/16', IPRange: '172.18.7.0/28' }] } } }),
      TAG,
    )
    const inside = property(uniqueArray(integer({ min: 0, max: 14 })), (taken) => {
      const base = parseAddress('172.18.7.0') ?? 0
      const address = allocate(ranged, new Set(taken.map((n) => base + n)))
      return address >= base && address < base + 16 && !taken.includes(address - base)
    })
    expect(() => assert(inside)).not.toThrow()
  })
})
