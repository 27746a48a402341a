import { AppError } from '../../errors/app-error.ts'
import { type Address, type Subnet, contains, parseAddress, parseSubnet, printSubnet } from './addresses.ts'
import type { NetworkRecord } from './part.ts'
import type { IpamPool, NetworkCreate } from '../../port/networks.ts'

/** What a record of the bridge driver says, read once. */
export interface BridgeSettings {
  /** Of the interface. */
  readonly name: string
  /** Marks the interface as one of this engine. */
  readonly alias: string
  readonly subnet: Subnet
  readonly gateway: Address
  /** Addresses are given out from this part of the subnet. */
  readonly range: Subnet
  /** Auxiliary addresses: never given out. */
  readonly reserved: ReadonlySet<Address>
  /** The subnet was named by the user: it is never moved, and containers may ask for addresses. */
  readonly fixed: boolean
  readonly internal: boolean
  readonly icc: boolean
  readonly masquerade: boolean
  readonly mtu: number
  /** Address of ports that are published without one. */
  readonly hostBinding: string
  readonly devicePrefix: string
}

const PREFIX = 'com.docker.network.'

/** Options of the bridge driver, by Docker's names (docs: network drivers, bridge, options). */
export const BRIDGE_OPTIONS = {
  name: `${PREFIX}bridge.name`,
  icc: `${PREFIX}bridge.enable_icc`,
  masquerade: `${PREFIX}bridge.enable_ip_masquerade`,
  hostBinding: `${PREFIX}bridge.host_binding_ipv4`,
  mtu: `${PREFIX}driver.mtu`,
  devicePrefix: `${PREFIX}container_iface_prefix`,
} as const

/** Reads the record of a bridge network. @throws E_NETWORK_INVALID */
export const bridgeSettings = (record: NetworkRecord, tag: string): BridgeSettings => {
  const options = record.body.Options ?? {}
  const pool = poolOf(record.body)
  const subnet = readSubnet(record.subnet, 'subnet')
  const range = pool?.IPRange ? readSubnet(pool.IPRange, 'ip-range') : subnet
  const gateway = readInside(record.gateway, subnet, 'gateway')
  const auxiliary = Object.entries(pool?.AuxiliaryAddresses ?? {})
  const reserved = new Set(auxiliary.map(([name, text]) => readInside(text, subnet, `auxiliary address ${name}`)))
  if (subnet.prefix > 30)
    throw invalid(`subnet "${record.subnet}" is too small: a network needs at least four addresses`)
  if (!contains(subnet, range.base) || range.prefix < subnet.prefix) {
    throw invalid(`no matching subnet for range "${printSubnet(range)}": it is outside "${record.subnet}"`)
  }
  if (reserved.has(gateway)) throw invalid(`auxiliary address "${record.gateway}" is the gateway`)
  return {
    name: record.bridge,
    alias: aliasOf(tag),
    subnet,
    gateway,
    range,
    reserved,
    fixed: Boolean(pool?.Subnet),
    internal: record.body.Internal ?? false,
    icc: flag(options, BRIDGE_OPTIONS.icc),
    masquerade: flag(options, BRIDGE_OPTIONS.masquerade),
    mtu: mtuOf(options[BRIDGE_OPTIONS.mtu]),
    hostBinding: hostBindingOf(options[BRIDGE_OPTIONS.hostBinding]),
    devicePrefix: devicePrefixOf(options[BRIDGE_OPTIONS.devicePrefix]),
  }
}

/** The address pool that the user gave, if any. @throws E_NETWORK_INVALID for several, which a bridge cannot have */
export const poolOf = (body: NetworkCreate): IpamPool | undefined => {
  const pools = (body.IPAM?.Config ?? []).filter((pool) => Object.values(pool).some(Boolean))
  if (pools.length > 1) throw invalid('bridge driver does not support multiple subnets')
  return pools[0]
}

/** The alias of the interfaces that the engine with this tag makes. */
export const aliasOf = (tag: string): string => `tsc-${tag}`

/** True for the name of an interface that can only be one of the engine with this tag. */
export const isOwnName = (name: string, tag: string): boolean => name.startsWith(`tsc${tag}b`)

/** True for a name that the kernel takes for an interface. */
export const isDeviceName = (name: string): boolean => /^[a-zA-Z0-9_.-]{1,15}$/.test(name) && !/^\.{1,2}$/.test(name)

export const invalid = (message: string, hint?: string): AppError =>
  new AppError('E_NETWORK_INVALID', message, hint === undefined ? {} : { hint })

const readSubnet = (text: string, what: string): Subnet => {
  const subnet = parseSubnet(text)
  if (subnet) return subnet
  const hint = text.includes(':') ? 'Networks are IPv4 only' : 'Write it like 10.5.0.0/16'
  throw invalid(`invalid ${what} "${text}"`, hint)
}

const readInside = (text: string, subnet: Subnet, what: string): Address => {
  const address = parseAddress(text)
  if (address === undefined) throw invalid(`invalid ${what} "${text}"`, 'Write it like 10.5.0.1')
  if (!contains(subnet, address)) throw invalid(`no matching subnet for ${what} "${text}"`)
  return address
}

const flag = (options: Readonly<Record<string, string>>, name: string): boolean => {
  const text = options[name] ?? 'true'
  if (!/^(true|false|1|0|t|f)$/i.test(text)) throw invalid(`invalid value for option "${name}": "${text}"`)
  return /^(true|1|t)$/i.test(text)
}

const mtuOf = (text = '1500'): number => {
  const mtu = Number(text)
  if (Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535) return mtu
  throw invalid(`invalid MTU "${text}"`, 'An MTU is a number from 68 to 65535')
}

const hostBindingOf = (text = ''): string => {
  if (text === '' || parseAddress(text) !== undefined) return text
  throw invalid(`invalid value for option "${BRIDGE_OPTIONS.hostBinding}": "${text}"`)
}

const devicePrefixOf = (text = 'eth'): string => {
  if (/^[a-z][a-z0-9_-]{0,10}$/.test(text) && text !== 'lo') return text
  throw invalid(`invalid value for option "${BRIDGE_OPTIONS.devicePrefix}": "${text}"`)
}
