import { AppError } from '../../errors/app-error.ts'
import { type Address, contains, lastOf, parseAddress, printAddress, printSubnet } from './addresses.ts'
import type { BridgeSettings } from './bridge-settings.ts'

/** What an address is wanted for: a fixed one must be had, a preferred one is taken when it is free. */
export interface AddressWish {
  readonly fixed?: string | undefined
  readonly preferred?: string | undefined
}

/**
 * An address of the network that is not in `used`: the wished one, or the lowest free one of its range.
 * @throws E_NETWORK_ADDRESS, E_NETWORK_ADDRESSES_EXHAUSTED
 */
export const allocate = (bridge: BridgeSettings, used: ReadonlySet<Address>, wish: AddressWish = {}): Address => {
  if (wish.fixed) return fixedAddress(bridge, used, wish.fixed)
  const free = (address: Address): boolean => isHost(bridge, address) && !used.has(address)
  const preferred = wish.preferred ? parseAddress(wish.preferred) : undefined
  if (preferred !== undefined && contains(bridge.range, preferred) && free(preferred)) return preferred
  for (let address = bridge.range.base; address <= lastOf(bridge.range); address += 1) {
    if (free(address)) return address
  }
  throw new AppError('E_NETWORK_ADDRESSES_EXHAUSTED', `no available IPv4 addresses on "${printSubnet(bridge.range)}"`)
}

const fixedAddress = (bridge: BridgeSettings, used: ReadonlySet<Address>, text: string): Address => {
  const address = parseAddress(text)
  if (address === undefined) throw refused(`invalid IPv4 address: "${text}"`)
  if (!bridge.fixed) {
    throw refused(
      'user specified IP address is supported only when connecting to networks with user configured subnets',
    )
  }
  const inside = `"${printSubnet(bridge.subnet)}"`
  if (!contains(bridge.subnet, address)) {
    throw refused(`no configured subnet contains IP address "${text}": the network has ${inside}`)
  }
  if (used.has(address)) throw refused(`Address already in use: "${printAddress(address)}"`)
  if (address === bridge.gateway) throw refused(`Address already in use: "${text}" is the gateway of ${inside}`)
  if (!isHost({ ...bridge, reserved: new Set() }, address)) {
    throw refused(`address "${text}" is the first or last of ${inside}, which no container can have`)
  }
  return address
}

const isHost = (bridge: BridgeSettings, address: Address): boolean =>
  address !== bridge.gateway &&
  address !== bridge.subnet.base &&
  address !== lastOf(bridge.subnet) &&
  !bridge.reserved.has(address)

const refused = (message: string): AppError => new AppError('E_NETWORK_ADDRESS', message)
