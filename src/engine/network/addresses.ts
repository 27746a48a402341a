import ipaddr from 'ipaddr.js'

/** An IPv4 address as a number, most significant octet first. */
export type Address = number

/** `base` is the lowest address, host bits zero. */
export interface Subnet {
  readonly base: Address
  readonly prefix: number
}

/** Dotted decimal, four parts; undefined for anything else (also `1.2.3` and `0x7f.1`, which inet_aton takes). */
export const parseAddress = (text: string): Address | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(text)
    ? ipaddr.IPv4.parse(text).octets.reduce((sum, octet) => sum * 256 + octet, 0)
    : undefined

export const printAddress = (address: Address): string => octets(address).join('.')

/** `172.18.0.0/16`; host bits may be set and are cut off. Undefined when it is none. */
export const parseSubnet = (text: string): Subnet | undefined => {
  const [address, length, more] = text.split('/')
  const base = parseAddress(address ?? '')
  const prefix = /^\d{1,2}$/.test(length ?? '') ? Number(length) : 33
  if (base === undefined || prefix > 32 || more !== undefined) return undefined
  return { base: base - (base % sizeOf(prefix)), prefix }
}

export const printSubnet = (subnet: Subnet): string => `${printAddress(subnet.base)}/${subnet.prefix}`

export const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

export const lastOf = (subnet: Subnet): Address => subnet.base + sizeOf(subnet.prefix) - 1

export const contains = (subnet: Subnet, address: Address): boolean =>
  address >= subnet.base && address <= lastOf(subnet)

export const overlaps = (a: Subnet, b: Subnet): boolean => a.base <= lastOf(b) && b.base <= lastOf(a)

/** Docker's: `02:42:` and the octets of the address. */
export const macOf = (address: Address): string =>
  ['02', '42', ...octets(address).map((octet) => octet.toString(16).padStart(2, '0'))].join(':')

const octets = (address: Address): number[] => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256)
