import { parseAddress } from '../../../../src/engine/network/addresses.ts'
import { bridgeSettings } from '../../../../src/engine/network/bridge-settings.ts'
import type { Endpoint, Network, Sandbox } from '../../../../src/engine/network/model.ts'
import { linkOf } from '../../../../src/engine/network/model.ts'
import type { AttachRequest, NetworkRecord } from '../../../../src/engine/network/part.ts'
import type { EndpointSettings } from '../../../../src/port/containers.ts'
import type { NetworkCreate } from '../../../../src/port/networks.ts'

export const TAG = 'abcdef'

export const recordOf = (
  name: string,
  options: { subnet?: string; gateway?: string; body?: Partial<NetworkCreate>; bridge?: string } = {},
): NetworkRecord => ({
  id: name.padEnd(64, '0'),
  name,
  created: '2026-01-02T03:04:05.678Z',
  body: { Name: name, Driver: 'bridge', ...options.body },
  subnet: options.subnet ?? '172.18.0.0/16',
  gateway: options.gateway ?? '172.18.0.1',
  bridge: options.bridge ?? `tsc${TAG}b1`,
})

export const networkOf = (record: NetworkRecord): Network => ({
  record,
  driver: 'bridge',
  bridge: bridgeSettings(record, TAG),
  endpoints: new Map(),
})

export const sandboxOf = (name: string, more: Partial<Sandbox> = {}): Sandbox => ({
  id: `sandbox-${name}`,
  containerId: name.padEnd(64, '1'),
  name,
  hostname: '',
  netns: `tsc-${TAG}-${name}`,
  endpoints: [],
  ports: [],
  wanted: {},
  exposed: [],
  dns: [],
  ...more,
})

/** Puts a sandbox on a network with an address. */
export const join = (sandbox: Sandbox, network: Network, address: string, asked: EndpointSettings = {}): Endpoint => {
  const id = `${sandbox.name}${network.record.name}`.padEnd(64, '2')
  const endpoint: Endpoint = {
    id,
    containerId: sandbox.containerId,
    network,
    address: parseAddress(address),
    mac: '02:42:00:00:00:01',
    device: `eth${sandbox.endpoints.length}`,
    link: linkOf(id),
    asked,
  }
  network.endpoints.set(sandbox.containerId, endpoint)
  sandbox.endpoints.push(endpoint)
  return endpoint
}

export const requestOf = (
  name: string,
  endpoints: AttachRequest['endpoints'],
  more: Partial<AttachRequest> = {},
): AttachRequest => ({
  containerId: name.padEnd(64, '1'),
  containerName: name,
  hostname: name,
  endpoints,
  portBindings: {},
  exposedPorts: [],
  publishAll: false,
  ...more,
})
