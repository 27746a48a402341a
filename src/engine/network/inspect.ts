import type { NetworkSettings, EndpointSettings } from '../../port/containers.ts'
import type { IpamPool, NetworkInspect } from '../../port/networks.ts'
import { printAddress } from './addresses.ts'
import { DEFAULT_NETWORK, type Endpoint, type Network, type Sandbox, uplinkOf } from './model.ts'
import { dnsNames } from './names.ts'
import { portMap } from './port-bindings.ts'
import { poolOf } from './bridge-settings.ts'

/** Docker's shape of a network. `nameOf` gives the names of its containers. */
export const inspectNetwork = (network: Network, nameOf: (containerId: string) => string): NetworkInspect => {
  const { record } = network
  return {
    Name: record.name,
    Id: record.id,
    Created: record.created,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: record.body.IPAM?.Options ?? null, Config: ipamConfig(network) },
    Internal: record.body.Internal ?? false,
    Attachable: record.body.Attachable ?? false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      [...network.endpoints.values()].map((endpoint) => [
        endpoint.containerId,
        {
          Name: nameOf(endpoint.containerId),
          EndpointID: endpoint.id,
          MacAddress: endpoint.mac,
          IPv4Address: cidrOf(endpoint),
          IPv6Address: '',
        },
      ]),
    ),
    Options: record.body.Options ?? {},
    Labels: record.body.Labels ?? {},
  }
}

const ipamConfig = ({ record, bridge }: Network): IpamPool[] => {
  if (!bridge) return []
  const pool = poolOf(record.body)
  return [
    {
      Subnet: record.subnet,
      ...(pool?.IPRange ? { IPRange: pool.IPRange } : {}),
      Gateway: record.gateway,
      ...(pool?.AuxiliaryAddresses ? { AuxiliaryAddresses: pool.AuxiliaryAddresses } : {}),
    },
  ]
}

const cidrOf = ({ address, network }: Endpoint): string =>
  address === undefined ? '' : `${printAddress(address)}/${network.bridge?.subnet.prefix ?? 32}`

/** Docker's shape of what a running container has; the top-level address is that on the default network. */
export const networkSettings = (sandbox: Sandbox, netnsPath: string): NetworkSettings => {
  const networks = Object.fromEntries(
    sandbox.endpoints.map((endpoint) => [endpoint.network.record.name, endpointSettings(sandbox, endpoint)]),
  )
  const main = networks[DEFAULT_NETWORK]
  return {
    Bridge: '',
    SandboxID: sandbox.id,
    SandboxKey: netnsPath,
    Ports: uplinkOf(sandbox) ? portMap(sandbox.ports, sandbox.exposed) : {},
    Networks: networks,
    Gateway: main?.Gateway ?? '',
    IPAddress: main?.IPAddress ?? '',
    IPPrefixLen: main?.IPPrefixLen ?? 0,
    MacAddress: main?.MacAddress ?? '',
  }
}

const endpointSettings = (sandbox: Sandbox, endpoint: Endpoint): EndpointSettings => {
  const { network, asked } = endpoint
  const address = endpoint.address === undefined ? '' : printAddress(endpoint.address)
  return {
    IPAMConfig: asked.IPAMConfig ?? null,
    Links: asked.Links ?? null,
    Aliases: asked.Aliases ?? null,
    MacAddress: endpoint.mac,
    DriverOpts: asked.DriverOpts ?? null,
    NetworkID: network.record.id,
    EndpointID: endpoint.id,
    Gateway: network.bridge && !network.bridge.internal ? network.record.gateway : '',
    IPAddress: address,
    IPPrefixLen: address ? (network.bridge?.subnet.prefix ?? 0) : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames:
      network.driver === 'bridge' && network.record.name !== DEFAULT_NETWORK ? dnsNames(sandbox, endpoint) : null,
  }
}
