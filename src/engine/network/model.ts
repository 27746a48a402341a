import type { EndpointSettings, PortMap } from '../../port/containers.ts'
import type { Address } from './addresses.ts'
import type { BridgeSettings } from './bridge-settings.ts'
import type { NetworkRecord } from './part.ts'
import type { PublishedPort } from './port-bindings.ts'

/** Docker's name of the driver behind `none`. */
export type Driver = 'bridge' | 'host' | 'null'

/** A network with what is attached to it now. */
export interface Network {
  record: NetworkRecord
  readonly driver: Driver
  /** Only of the bridge driver. */
  bridge: BridgeSettings | undefined
  /** By container id. */
  readonly endpoints: Map<string, Endpoint>
}

/** One network card of a running container; on `host` and `none` it has no address. */
export interface Endpoint {
  readonly id: string
  readonly containerId: string
  readonly network: Network
  readonly address: Address | undefined
  readonly mac: string
  /** Name inside the container, `eth0`. */
  readonly device: string
  /** Name on the host, `tv` and eight digits of the endpoint's id. */
  readonly link: string
  /** As the container was created or connected with it. */
  readonly asked: EndpointSettings
}

/** All that a running container has of the network. */
export interface Sandbox {
  readonly id: string
  readonly containerId: string
  name: string
  readonly hostname: string
  /** Name below /run/netns; empty when the container shares the host's. */
  readonly netns: string
  /** In the order in which they were asked for, the one with the default route first. */
  endpoints: Endpoint[]
  ports: PublishedPort[]
  readonly wanted: PortMap
  readonly exposed: readonly string[]
  readonly dns: readonly string[]
}

/** The name of the default network, which has no name resolution. */
export const DEFAULT_NETWORK = 'bridge'

export const linkOf = (endpointId: string): string => `tv${endpointId.slice(0, 8)}`

/** The endpoint that the default route and the published ports go through: the first that leads outside. */
export const uplinkOf = (sandbox: Sandbox): Endpoint | undefined =>
  sandbox.endpoints.find((endpoint) => endpoint.network.bridge?.internal === false)

/** True when the embedded DNS server serves the network. */
export const hasNames = (network: Network): boolean =>
  network.driver === 'bridge' && network.record.name !== DEFAULT_NETWORK
