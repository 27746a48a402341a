import { AppError } from '../../errors/app-error.ts'
import { type Subnet, lastOf, overlaps, parseSubnet, printSubnet, sizeOf } from './addresses.ts'

/** A range that networks without a subnet of their own are cut from, in pieces of `size` bits. */
export interface AddressPool {
  readonly base: string
  readonly size: number
}

/** Docker's: 172.17 to 172.31 in /16, then 192.168 in /20 (libnetwork/ipamutils). */
export const DEFAULT_POOLS: readonly AddressPool[] = [
  ...Array.from({ length: 15 }, (_, i) => ({ base: `172.${17 + i}.0.0/16`, size: 16 })),
  { base: '192.168.0.0/16', size: 20 },
]

/** A subnet that is in use, and the words that say by what. */
export interface TakenSubnet {
  readonly subnet: Subnet
  readonly by: string
}

/** The first piece of the pools that meets nothing taken. @throws E_NETWORK_POOL_EXHAUSTED in Docker's words */
export const chooseSubnet = (pools: readonly AddressPool[], taken: readonly TakenSubnet[]): Subnet => {
  for (const pool of pools) {
    const range = parseSubnet(pool.base)
    if (!range) continue
    for (let base = range.base; base <= lastOf(range); base += sizeOf(pool.size)) {
      const piece = { base, prefix: pool.size }
      if (!taken.some((other) => overlaps(other.subnet, piece))) return piece
    }
  }
  throw new AppError(
    'E_NETWORK_POOL_EXHAUSTED',
    'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
  )
}

/** @throws E_NETWORK_OVERLAP naming what is in the way */
export const assertFree = (subnet: Subnet, taken: readonly TakenSubnet[]): void => {
  const other = taken.find((row) => overlaps(row.subnet, subnet))
  if (!other) return
  throw new AppError(
    'E_NETWORK_OVERLAP',
    `Pool overlaps with other one on this address space: ${printSubnet(subnet)} meets ${printSubnet(other.subnet)} of ${other.by}`,
  )
}
