import { randomBytes } from 'node:crypto'
import { AppError } from '../../../src/errors/app-error.ts'
import type { NetworkInspect, NetworksPort } from '../../../src/port/networks.ts'
import { filterMatches, labelMatches } from './filter-matches.ts'
import type { ProcessContainer } from './process-container.ts'

export interface ProcessNetworks extends NetworksPort {
  idOf(name: string): string | undefined
}

/** Networks by name only: nothing is connected. */
export const processNetworks = (
  containers: () => Iterable<ProcessContainer>,
  container: (reference: string) => ProcessContainer,
): ProcessNetworks => {
  const networks = new Map<string, NetworkInspect>()
  const find = (reference: string): NetworkInspect => {
    const all = [...networks.values()]
    const found = all.find(({ Name }) => Name === reference) ?? all.find(({ Id }) => Id.startsWith(reference))
    if (!found) throw new AppError('E_NETWORK_NOT_FOUND', `network ${reference} not found`)
    return found
  }
  const users = (network: NetworkInspect): ProcessContainer[] =>
    [...containers()].filter(({ networks }) => network.Name in networks)
  const withContainers = (network: NetworkInspect): NetworkInspect => ({
    ...network,
    Containers: Object.fromEntries(
      users(network)
        .filter(({ state }) => state.Running)
        .map(({ id, name }) => [
          id,
          { Name: name, EndpointID: '', MacAddress: '', IPv4Address: '10.9.0.2/24', IPv6Address: '' },
        ]),
    ),
  })
  return {
    idOf: (name) => [...networks.values()].find((network) => network.Name === name)?.Id,
    list: async ({ filters } = {}) =>
      [...networks.values()].filter((network) =>
        filterMatches(filters, {
          label: labelMatches(network.Labels),
          name: (value) => network.Name.includes(value),
          id: (value) => network.Id.startsWith(value),
        }),
      ),
    create: async (body) => {
      if ([...networks.values()].some(({ Name }) => Name === body.Name)) {
        throw new AppError('E_CONTAINER_CONFLICT', `network with name ${body.Name} already exists`)
      }
      const network = newNetwork(body.Name, body.Labels ?? {}, body.Internal ?? false)
      networks.set(network.Id, network)
      return { Id: network.Id, Warning: '' }
    },
    inspect: async (reference) => withContainers(find(reference)),
    remove: async (reference) => {
      const network = find(reference)
      if (users(network).some(({ state }) => state.Running)) {
        throw new AppError('E_CONTAINER_CONFLICT', `network ${network.Name} has active endpoints`, { httpStatus: 403 })
      }
      networks.delete(network.Id)
    },
    connect: async (reference, { Container, EndpointConfig }) => {
      const network = find(reference)
      container(Container).networks[network.Name] = { ...EndpointConfig, NetworkID: network.Id }
    },
    disconnect: async (reference, { Container }) => {
      const { Name } = find(reference)
      const { networks, id } = container(Container)
      if (!(Name in networks)) {
        throw new AppError('E_CONTAINER_CONFLICT', `container ${id} is not connected to network ${Name}`, {
          httpStatus: 403,
        })
      }
      delete networks[Name]
    },
  }
}

const newNetwork = (name: string, labels: Record<string, string>, internal: boolean): NetworkInspect => ({
  Name: name,
  Id: randomBytes(32).toString('hex'),
  Created: new Date().toISOString(),
  Scope: 'local',
  Driver: 'bridge',
  EnableIPv6: false,
  IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' }] },
  Internal: internal,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: '' },
  ConfigOnly: false,
  Containers: {},
  Options: {},
  Labels: labels,
})
