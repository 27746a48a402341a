import { AppError } from '../../errors/app-error.ts'
import type { NetworkCreate } from '../../port/networks.ts'
import { type Subnet, overlaps, parseSubnet } from './addresses.ts'
import { BRIDGE_OPTIONS, aliasOf, bridgeSettings, invalid, isOwnName } from './bridge-settings.ts'
import type { HostRoute } from './host-routes.ts'
import { DEFAULT_NETWORK, type Driver, type Network } from './model.ts'
import { isBuiltIn } from './network-filters.ts'
import { movedRecord, newRecord, plainRecord } from './network-record.ts'
import type { NetworkRecord } from './part.ts'
import { type AddressPool, type TakenSubnet, assertFree, chooseSubnet } from './pools.ts'

export interface NetworkRecords {
  load(): Promise<NetworkRecord[]>
  put(record: NetworkRecord): Promise<void>
  delete(id: string): Promise<void>
}

export interface RegistryOptions {
  readonly records: NetworkRecords
  readonly tag: string
  readonly pools: readonly AddressPool[]
  routes(): Promise<HostRoute[]>
  /** The alias of an interface of the host, `''` when it has none; undefined when there is no such interface. */
  aliasOf(device: string): Promise<string | undefined>
}

/** The networks that there are. */
export interface Registry {
  all(): Network[]
  /** By name, id or id prefix. @throws E_NETWORK_NOT_FOUND, E_NETWORK_AMBIGUOUS */
  find(reference: string): Network
  create(body: NetworkCreate): Promise<Network>
  /** @throws E_NETWORK_IN_USE, E_NETWORK_PREDEFINED */
  remove(reference: string, nameOf: (containerId: string) => string): Promise<Network>
  /**
   * Before the first container comes: a subnet that the host has come to use otherwise is changed for another one,
   * unless the user named it. @throws E_NETWORK_OVERLAP
   */
  settle(network: Network): Promise<void>
}

export const openRegistry = async (options: RegistryOptions): Promise<Registry> => {
  const { records, tag } = options
  const networks = new Map<string, Network>()
  for (const record of await records.load()) networks.set(record.id, toNetwork(record, tag))

  const byName = (name: string): Network | undefined =>
    [...networks.values()].find(({ record }) => record.name === name)

  const bridgeName = (): string => {
    const used = new Set([...networks.values()].map(({ record }) => record.bridge))
    let number = 0
    while (used.has(`tsc${tag}b${number}`)) number += 1
    return `tsc${tag}b${number}`
  }

  const takenBy = (routes: readonly HostRoute[], except?: Network): TakenSubnet[] => {
    const own = [...networks.values()].filter((network) => network.bridge)
    const bridges = new Set(own.map(({ record }) => record.bridge))
    return [
      ...own
        .filter((network) => network !== except)
        .flatMap(({ record, bridge }) => (bridge ? [{ subnet: bridge.subnet, by: `network "${record.name}"` }] : [])),
      ...routes
        .filter(({ device }) => !bridges.has(device))
        .map(({ device, subnet }) => ({ subnet, by: `the host's route to "${device}"` })),
    ]
  }

  const subnetFor = (wanted: Subnet | undefined, taken: readonly TakenSubnet[]): Subnet => {
    if (!wanted) return chooseSubnet(options.pools, taken)
    assertFree(wanted, inTheWay(wanted, taken))
    return wanted
  }

  const add = async (record: NetworkRecord): Promise<Network> => {
    const network = toNetwork(record, tag)
    networks.set(record.id, network)
    try {
      await records.put(record)
      return network
    } catch (error) {
      networks.delete(record.id)
      throw error
    }
  }

  const addBridge = async (body: NetworkCreate): Promise<Network> => {
    const bridge = body.Options?.[BRIDGE_OPTIONS.name]
    if (bridge) await assertOurs(bridge)
    const taken = takenBy(await options.routes())
    const other = [...networks.values()].find(({ record }) => record.name === body.Name || record.bridge === bridge)
    if (other?.record.name === body.Name) throw exists(body.Name)
    if (other) throw invalid(`bridge name "${bridge}" is that of network "${other.record.name}"`)
    const now = new Date().toISOString()
    return add(newRecord(body, { now, tag, bridgeName, subnetFor: (wanted) => subnetFor(wanted, taken) }))
  }

  /** An interface of someone else is neither used nor, later, removed. */
  const assertOurs = async (device: string): Promise<void> => {
    if (isOwnName(device, tag)) return
    const alias = await options.aliasOf(device)
    if (alias === undefined || alias === aliasOf(tag)) return
    throw invalid(`interface "${device}" exists already`, 'Choose another bridge name')
  }

  const find = (reference: string): Network => {
    const exact = networks.get(reference) ?? byName(reference)
    if (exact) return exact
    const matches =
      reference === '' ? [] : [...networks.values()].filter(({ record }) => record.id.startsWith(reference))
    const [match, another] = matches
    if (another) {
      throw new AppError('E_NETWORK_AMBIGUOUS', `network ${reference} is ambiguous (${matches.length} matches found)`)
    }
    if (!match) throw new AppError('E_NETWORK_NOT_FOUND', `network ${reference} not found`)
    return match
  }

  if (!byName(DEFAULT_NETWORK)) await addBridge({ Name: DEFAULT_NETWORK, Driver: 'bridge' })
  if (!byName('host')) await add(plainRecord('host', 'host', new Date().toISOString()))
  if (!byName('none')) await add(plainRecord('none', 'null', new Date().toISOString()))

  return {
    all: () => [...networks.values()],
    find,
    async create(body) {
      const before = byName(body.Name)
      if (before && isBuiltIn(before)) {
        throw new AppError('E_NETWORK_PREDEFINED', `operation is not permitted on predefined ${body.Name} network`)
      }
      if (before) throw exists(body.Name)
      return addBridge(body)
    },
    async remove(reference, nameOf) {
      const network = find(reference)
      const { record } = network
      if (isBuiltIn(network)) {
        throw new AppError('E_NETWORK_PREDEFINED', `${record.name} is a pre-defined network and cannot be removed`)
      }
      if (network.endpoints.size > 0) throw inUse(network, nameOf)
      networks.delete(record.id)
      await records.delete(record.id)
      return network
    },
    async settle(network) {
      if (!network.bridge || network.endpoints.size > 0) return
      await assertOurs(network.bridge.name)
      const routes = await options.routes()
      const { bridge } = network
      if (!bridge || network.endpoints.size > 0) return
      const taken = takenBy(routes, network)
      if (bridge.fixed) {
        assertFree(bridge.subnet, inTheWay(bridge.subnet, taken))
      } else if (taken.some((other) => overlaps(other.subnet, bridge.subnet))) {
        network.record = movedRecord(network.record, chooseSubnet(options.pools, taken))
        network.bridge = bridgeSettings(network.record, tag)
        await records.put(network.record)
      }
    },
  }
}

const toNetwork = (record: NetworkRecord, tag: string): Network => {
  const driver = (record.body.Driver || 'bridge') as Driver
  return {
    record,
    driver: driver === 'host' || driver === 'null' ? driver : 'bridge',
    bridge: parseSubnet(record.subnet) ? bridgeSettings(record, tag) : undefined,
    endpoints: new Map(),
  }
}

/** A user may take a piece out of a wider route (a VPN's 10.0.0.0/8), whose more special route then wins. */
const inTheWay = (subnet: Subnet, taken: readonly TakenSubnet[]): TakenSubnet[] =>
  taken.filter((other) => other.by.startsWith('network ') || other.subnet.prefix >= subnet.prefix)

const exists = (name: string): AppError => new AppError('E_NETWORK_EXISTS', `network with name ${name} already exists`)

const inUse = ({ record, endpoints }: Network, nameOf: (containerId: string) => string): AppError => {
  const names = [...endpoints.keys()].map((id) => `"${nameOf(id)}"`).join(', ')
  return new AppError(
    'E_NETWORK_IN_USE',
    `error while removing network: network ${record.name} id ${record.id} has active endpoints`,
    { hint: `Stop or disconnect ${names} first` },
  )
}
