import { randomBytes } from 'node:crypto'
import { AppError } from '../../errors/app-error.ts'
import { type Subnet, parseSubnet, printAddress, printSubnet } from './addresses.ts'
import { BRIDGE_OPTIONS, bridgeSettings, invalid, isDeviceName, poolOf } from './bridge-settings.ts'
import type { NetworkRecord } from './part.ts'
import type { NetworkCreate } from '../../port/networks.ts'

/** What a new record is made with. */
export interface RecordContext {
  /** Finds a subnet when the user gives none, and refuses one that is taken. */
  subnetFor(wanted: Subnet | undefined): Subnet
  /** A bridge name that no record has. */
  bridgeName(): string
  readonly tag: string
  /** RFC 3339. */
  readonly now: string
}

/** Drivers that a user may ask for; the others of Docker need a swarm or a plugin. */
const CREATABLE = new Set(['', 'default', 'bridge'])
const SINGLETONS = new Set(['host', 'null', 'none'])

/** Turns a create request into a record. @throws E_NETWORK_INVALID, E_NETWORK_PREDEFINED, E_NETWORK_OVERLAP */
export const newRecord = (body: NetworkCreate, context: RecordContext): NetworkRecord => {
  assertBody(body)
  const pool = poolOf(body)
  const wanted = pool?.Subnet ? parseSubnet(pool.Subnet) : undefined
  if (pool?.Subnet && !wanted) throw invalid(`invalid subnet "${pool.Subnet}"`, 'Write it like 10.5.0.0/16')
  if (!wanted && (pool?.IPRange || pool?.Gateway || Object.keys(pool?.AuxiliaryAddresses ?? {}).length > 0)) {
    throw invalid('a gateway, range or auxiliary address needs a subnet', 'Add a subnet to the address pool')
  }
  const subnet = context.subnetFor(wanted)
  const record: NetworkRecord = {
    ...recordBase(body, context.now),
    subnet: printSubnet(subnet),
    gateway: pool?.Gateway || printAddress(subnet.base + 1),
    bridge: body.Options?.[BRIDGE_OPTIONS.name] || context.bridgeName(),
  }
  bridgeSettings(record, context.tag)
  return record
}

/** A record of `host` or `none`, which have no addresses. */
export const plainRecord = (name: string, driver: 'host' | 'null', now: string): NetworkRecord => ({
  ...recordBase({ Name: name, Driver: driver }, now),
  subnet: '',
  gateway: '',
  bridge: '',
})

/** The same network on another subnet. */
export const movedRecord = (record: NetworkRecord, subnet: Subnet): NetworkRecord => ({
  ...record,
  subnet: printSubnet(subnet),
  gateway: printAddress(subnet.base + 1),
})

const recordBase = (body: NetworkCreate, now: string): Pick<NetworkRecord, 'id' | 'name' | 'created' | 'body'> => ({
  id: randomBytes(32).toString('hex'),
  name: body.Name,
  created: now,
  body,
})

const assertBody = (body: NetworkCreate): void => {
  const driver = body.Driver ?? ''
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(body.Name)) {
    throw invalid(`invalid network name: "${body.Name}"`, 'Names are letters, digits, "_", "." and "-"')
  }
  if (SINGLETONS.has(driver)) {
    throw new AppError('E_NETWORK_PREDEFINED', `only one instance of "${driver}" network is allowed`)
  }
  if (!CREATABLE.has(driver)) {
    throw new AppError('E_NETWORK_INVALID', `could not find plugin ${driver} in v1 plugin registry: plugin not found`, {
      hint: 'The engine has the drivers bridge, host and none',
      httpStatus: 404,
    })
  }
  if (body.EnableIPv6) throw invalid('IPv6 networks are not supported', 'Remove enable_ipv6: networks are IPv4 only')
  const ipam = body.IPAM?.Driver ?? ''
  if (ipam !== '' && ipam !== 'default') throw invalid(`invalid ipam driver: "${ipam}"`, 'Only "default" is there')
  const name = body.Options?.[BRIDGE_OPTIONS.name]
  if (name && !isDeviceName(name))
    throw invalid(`invalid bridge name "${name}"`, 'At most 15 letters, digits, "_", "-"')
}
