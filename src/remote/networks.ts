import { defined } from '../lib/defined.ts'
import type { NetworkInspect, NetworksPort } from '../port/networks.ts'
import type { EngineClient } from './engine-client.ts'
import { filtersParam } from './query-string.ts'

export const remoteNetworks = (client: EngineClient): NetworksPort => {
  const at = (reference: string, verb = ''): string => `/networks/${encodeURIComponent(reference)}${verb}`
  return {
    list: async ({ filters, signal } = {}) => {
      const query = { filters: filtersParam(filters) }
      const found = await client.json<NetworkInspect[]>({
        method: 'GET',
        path: '/networks',
        query,
        ...defined({ signal }),
      })
      return found.map(complete)
    },
    create: (body, { signal } = {}) =>
      client.json({ method: 'POST', path: '/networks/create', json: body, ...defined({ signal }) }),
    inspect: async (reference, { signal } = {}) =>
      complete(await client.json<NetworkInspect>({ method: 'GET', path: at(reference), ...defined({ signal }) })),
    remove: async (reference, { signal } = {}) => {
      await client.status({ method: 'DELETE', path: at(reference), ...defined({ signal }) })
    },
    connect: async (reference, body, { signal } = {}) => {
      await client.status({ method: 'POST', path: at(reference, '/connect'), json: body, ...defined({ signal }) })
    },
    disconnect: async (reference, body, { signal } = {}) => {
      await client.status({ method: 'POST', path: at(reference, '/disconnect'), json: body, ...defined({ signal }) })
    },
  }
}

/** Go's engines write empty lists and maps as null. */
const complete = (network: NetworkInspect): NetworkInspect => ({
  ...network,
  IPAM: { ...network.IPAM, Config: network.IPAM.Config ?? [] },
  Containers: network.Containers ?? {},
  Options: network.Options ?? {},
  Labels: network.Labels ?? {},
})
