import type { NetworkModel, ServiceModel, ServiceNetworkModel } from '../compose/model.ts'
import { defined } from '../lib/defined.ts'
import type { EndpointSettings } from '../port/containers.ts'
import type { DesiredEndpoint } from './desired.ts'

/** The networks that a service joins, the one of highest priority first; none with a `network_mode`. */
export const endpointsOf = (
  name: string,
  service: ServiceModel,
  networks: Readonly<Record<string, NetworkModel>>,
): DesiredEndpoint[] => {
  if (service.network_mode) return []
  const joined = service.networks ?? ('default' in networks ? { default: null } : {})
  return Object.entries(joined)
    .sort(([a, x], [b, y]) => (y?.priority ?? 0) - (x?.priority ?? 0) || (a < b ? -1 : 1))
    .map(([key, given]) => ({
      network: key,
      name: networks[key]?.name ?? key,
      settings: settingsOf(name, given ?? {}),
    }))
}

const settingsOf = (service: string, given: ServiceNetworkModel): EndpointSettings =>
  defined({
    Aliases: [service, ...(given.aliases ?? [])],
    IPAMConfig:
      given.ipv4_address || given.ipv6_address
        ? defined({ IPv4Address: given.ipv4_address, IPv6Address: given.ipv6_address })
        : undefined,
    MacAddress: given.mac_address,
    GwPriority: given.gw_priority,
  })
