import { beforeEach, describe, expect, it } from 'vitest'
import { parseSubnet } from '../../../../src/engine/network/addresses.ts'
import type { HostRoute } from '../../../../src/engine/network/host-routes.ts'
import type { NetworkRecord } from '../../../../src/engine/network/part.ts'
import { DEFAULT_POOLS } from '../../../../src/engine/network/pools.ts'
import { type Registry, openRegistry } from '../../../../src/engine/network/registry.ts'
import { TAG, join, sandboxOf } from './fixtures.ts'

const route = (device: string, text: string): HostRoute => ({
  device,
  subnet: parseSubnet(text) ?? { base: 0, prefix: 0 },
})

describe('registry', () => {
  let stored: Map<string, NetworkRecord>
  let routes: HostRoute[]
  let aliases: Map<string, string>
  let registry: Registry

  const open = (): Promise<Registry> =>
    openRegistry({
      tag: TAG,
      pools: DEFAULT_POOLS,
      routes: async () => routes,
      aliasOf: async (device) => aliases.get(device),
      records: {
        load: async () => [...stored.values()],
        put: async (record) => void stored.set(record.id, record),
        delete: async (id) => void stored.delete(id),
      },
    })

  beforeEach(async () => {
    stored = new Map()
    routes = []
    aliases = new Map()
    registry = await open()
  })

  it('has bridge, host and none from the start, with ids that stay', async () => {
    const ids = registry.all().map(({ record }) => `${record.name} ${record.id}`)
    expect(ids).toHaveLength(3)
    expect((await open()).all().map(({ record }) => `${record.name} ${record.id}`)).toEqual(ids)
  })

  it('finds by name, id and unambiguous prefix', async () => {
    const { record } = await registry.create({ Name: 'net' })
    for (const reference of ['net', record.id, record.id.slice(0, 12)]) {
      expect(registry.find(reference).record).toBe(record)
    }
    expect(() => registry.find('nothing')).toThrow('network nothing not found')
    expect(() => registry.find('')).toThrow('network  not found')
    stored.set('a1', { ...record, id: 'a1', name: 'one' })
    stored.set('a2', { ...record, id: 'a2', name: 'two' })
    const other = await open()
    expect(() => other.find('a')).toThrow(/ambiguous/)
  })

  it('cuts subnets that meet neither its own networks nor routes of the host', async () => {
    routes = [route('docker0', '172.18.0.0/16'), route('eth0', '172.19.3.0/24')]
    const subnets = [await registry.create({ Name: 'a' }), await registry.create({ Name: 'b' })]
    expect(subnets.map(({ record }) => record.subnet)).toEqual(['172.20.0.0/16', '172.21.0.0/16'])
  })

  it('gives networks that are made at the same time different subnets and bridges', async () => {
    const made = await Promise.all(['a', 'b', 'c'].map((Name) => registry.create({ Name })))
    expect(new Set(made.map(({ record }) => record.subnet)).size).toBe(3)
    expect(new Set(made.map(({ record }) => record.bridge)).size).toBe(3)
  })

  it('lets a user take a piece of a wider route, and nothing that a network or a narrower route has', async () => {
    routes = [route('vpn', '10.0.0.0/8'), route('eth0', '10.7.7.0/24')]
    const wants = (Name: string, Subnet: string): Promise<unknown> =>
      registry.create({ Name, IPAM: { Config: [{ Subnet }] } })
    await wants('a', '10.5.0.0/16')
    await expect(wants('b', '10.5.1.0/24')).rejects.toMatchObject({ code: 'E_NETWORK_OVERLAP' })
    await expect(wants('c', '10.7.0.0/16')).rejects.toThrow(/10\.7\.7\.0\/24 of the host's route to "eth0"/)
  })

  it('refuses a name that is there, and those of the built-in networks', async () => {
    await registry.create({ Name: 'net' })
    await expect(registry.create({ Name: 'net' })).rejects.toThrow('network with name net already exists')
    await expect(registry.create({ Name: 'bridge' })).rejects.toThrow(
      'operation is not permitted on predefined bridge network',
    )
  })

  it('refuses the interface of someone else as a bridge, then and when the first container comes', async () => {
    const Options = { 'com.docker.network.bridge.name': 'br0' }
    aliases.set('br0', '')
    await expect(registry.create({ Name: 'net', Options })).rejects.toThrow('interface "br0" exists already')
    aliases.clear()
    const network = await registry.create({ Name: 'net', Options })
    await expect(registry.create({ Name: 'other', Options })).rejects.toThrow(
      'bridge name "br0" is that of network "net"',
    )
    aliases.set('br0', 'tsc-abcdef')
    await expect(registry.settle(network)).resolves.toBeUndefined()
    aliases.set('br0', 'mine')
    await expect(registry.settle(network)).rejects.toThrow('interface "br0" exists already')
  })

  it('keeps no network whose record cannot be written', async () => {
    const broken = await openRegistry({
      tag: TAG,
      pools: DEFAULT_POOLS,
      routes: async () => [],
      aliasOf: async () => undefined,
      records: {
        load: async () => [...stored.values()],
        put: () => Promise.reject(new Error('no space left')),
        delete: async () => undefined,
      },
    })
    await expect(broken.create({ Name: 'net' })).rejects.toThrow('no space left')
    expect(() => broken.find('net')).toThrow('not found')
  })

  it('removes what nobody uses, and says who does otherwise', async () => {
    const network = await registry.create({ Name: 'net' })
    const endpoint = join(sandboxOf('web'), network, '172.18.0.2')
    await expect(registry.remove('net', () => 'web')).rejects.toMatchObject({
      message: `error while removing network: network net id ${network.record.id} has active endpoints`,
      hint: 'Stop or disconnect "web" first',
      httpStatus: 403,
    })
    network.endpoints.delete(endpoint.containerId)
    await registry.remove('net', () => '')
    expect([...stored.values()].some(({ name }) => name === 'net')).toBe(false)
    await expect(registry.remove('none', () => '')).rejects.toThrow(
      'none is a pre-defined network and cannot be removed',
    )
  })

  it('moves an unused network whose subnet the host has come to use, unless the user named it', async () => {
    const moving = await registry.create({ Name: 'net' })
    const fixed = await registry.create({ Name: 'fixed', IPAM: { Config: [{ Subnet: '172.30.0.0/16' }] } })
    routes = [route('docker0', moving.record.subnet), route('vpn', '172.30.1.0/24')]
    await registry.settle(moving)
    expect(moving.record.subnet).toBe('172.19.0.0/16')
    expect(stored.get(moving.record.id)).toBe(moving.record)
    await expect(registry.settle(fixed)).rejects.toMatchObject({ code: 'E_NETWORK_OVERLAP' })
  })

  it('does not move a network for the route of its own bridge, nor one that is in use', async () => {
    const network = await registry.create({ Name: 'net' })
    const { subnet, bridge } = network.record
    routes = [route(bridge, subnet)]
    await registry.settle(network)
    expect(network.record.subnet).toBe(subnet)
    join(sandboxOf('web'), network, '172.18.0.2')
    routes = [route('docker0', subnet)]
    await registry.settle(network)
    expect(network.record.subnet).toBe(subnet)
  })
})
