import { assert, integer, nat, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  contains,
  lastOf,
  macOf,
  overlaps,
  parseAddress,
  parseSubnet,
  printAddress,
  printSubnet,
} from '../../../../src/engine/network/addresses.ts'

const subnets = tuple(nat(2 ** 31), integer({ min: 8, max: 30 })).map(([address, prefix]) => {
  const subnet = parseSubnet(`${printAddress(address)}/${prefix}`)
  if (!subnet) throw new Error('no subnet')
  return subnet
})

describe('addresses', () => {
  it('reads what it prints', () => {
    const address = property(nat(2 ** 32 - 1), (one) => parseAddress(printAddress(one)) === one)
    const subnet = property(subnets, (one) => JSON.stringify(parseSubnet(printSubnet(one))) === JSON.stringify(one))
    expect(() => assert(address)).not.toThrow()
    expect(() => assert(subnet)).not.toThrow()
  })

  it.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '0x7f.0.0.1', '::1', '1.2.3.4 '])(
    'refuses the address "%s"',
    (text) => {
      expect(parseAddress(text)).toBeUndefined()
    },
  )

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/64'])('refuses the subnet "%s"', (text) => {
    expect(parseSubnet(text)).toBeUndefined()
  })

  it('cuts host bits off', () => {
    expect(parseSubnet('172.18.5.7/16')).toEqual(parseSubnet('172.18.0.0/16'))
  })

  it('overlaps exactly when one contains the first or last address of the other', () => {
    const sameAsContained = property(subnets, subnets, (a, b) => {
      const shared = contains(a, b.base) || contains(a, lastOf(b)) || contains(b, a.base)
      return overlaps(a, b) === shared
    })
    expect(() => assert(sameAsContained)).not.toThrow()
  })

  it("derives Docker's MAC address", () => {
    expect(macOf(parseAddress('172.18.0.10') ?? 0)).toBe('02:42:ac:12:00:0a')
  })
})
