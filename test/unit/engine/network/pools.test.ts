import { describe, expect, it } from 'vitest'
import { parseSubnet, printSubnet, type Subnet } from '../../../../src/engine/network/addresses.ts'
import { DEFAULT_POOLS, assertFree, chooseSubnet } from '../../../../src/engine/network/pools.ts'

const subnet = (text: string): Subnet => parseSubnet(text) ?? { base: 0, prefix: 0 }
const taken = (...texts: string[]): { subnet: Subnet; by: string }[] =>
  texts.map((text) => ({ subnet: subnet(text), by: `network "${text}"` }))

describe('pools', () => {
  it('starts with 172.17.0.0/16 and goes on to the first piece that is free', () => {
    expect(printSubnet(chooseSubnet(DEFAULT_POOLS, []))).toBe('172.17.0.0/16')
    const used = taken('172.17.0.0/16', '172.18.9.0/24', '172.16.0.0/12')
    expect(printSubnet(chooseSubnet(DEFAULT_POOLS, used.slice(0, 2)))).toBe('172.19.0.0/16')
    expect(printSubnet(chooseSubnet(DEFAULT_POOLS, used))).toBe('192.168.0.0/20')
  })

  it("gives up in Docker's words when all is taken", () => {
    expect(() => chooseSubnet(DEFAULT_POOLS, taken('172.0.0.0/8', '192.168.0.0/16'))).toThrow(
      'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
    )
  })

  it('names what a wanted subnet meets', () => {
    expect(() => assertFree(subnet('10.0.0.0/8'), taken('10.1.0.0/16'))).toThrow(
      'Pool overlaps with other one on this address space: 10.0.0.0/8 meets 10.1.0.0/16 of network "10.1.0.0/16"',
    )
    expect(() => assertFree(subnet('10.0.0.0/16'), taken('10.1.0.0/16'))).not.toThrow()
  })
})
