import { defined } from '../lib/defined.ts'
import type { EnginePort } from '../port/engine-port.ts'
import type { EngineEvent, EventsPort, SystemInfo, SystemPort, VersionInfo } from '../port/system.ts'
import { remoteContainers } from './containers.ts'
import type { EngineAddress } from './engine-address.ts'
import { type EngineClient, engineClient } from './engine-client.ts'
import { httpClient } from './http-client.ts'
import { remoteBuilder, remoteImages } from './images.ts'
import { remoteNetworks } from './networks.ts'
import { filtersParam, timeParam } from './query-string.ts'
import { remoteVolumes } from './volumes.ts'

export interface RemoteEngine extends EnginePort {
  /** Ends the connections, also those that are in use. */
  close(): void
}

/**
 * An engine that speaks the Docker Engine API over HTTP. Nothing is sent before the first call, which also agrees on
 * the API version: 1.45, or the engine's own when that is older. Connections that are idle do not keep the process alive.
 */
export const connectEngine = (address: EngineAddress): RemoteEngine => {
  const http = httpClient(address)
  const client = engineClient(http)
  return {
    system: remoteSystem(client),
    events: remoteEvents(client),
    containers: remoteContainers(client),
    images: remoteImages(client),
    builder: remoteBuilder(client),
    networks: remoteNetworks(client),
    volumes: remoteVolumes(client),
    close: () => http.close(),
  }
}

const remoteSystem = (client: EngineClient): SystemPort => ({
  ping: ({ signal } = {}) => client.ping(signal),
  version: ({ signal } = {}) => client.json<VersionInfo>({ method: 'GET', path: '/version', ...defined({ signal }) }),
  info: ({ signal } = {}) => client.json<SystemInfo>({ method: 'GET', path: '/info', ...defined({ signal }) }),
})

const remoteEvents = (client: EngineClient): EventsPort => ({
  subscribe: ({ since, until, filters, signal } = {}) =>
    client.lines<EngineEvent>({
      method: 'GET',
      path: '/events',
      query: { since: timeParam(since), until: timeParam(until), filters: filtersParam(filters) },
      ...defined({ signal }),
    }),
})
