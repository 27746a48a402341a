import type { CallOptions, Filters, Labels } from './common.ts'
import type { EndpointSettings } from './containers.ts'

export interface IpamPool {
  Subnet?: string
  IPRange?: string
  Gateway?: string
  AuxiliaryAddresses?: Record<string, string>
}

export interface NetworkCreate {
  Name: string
  Driver?: string
  Internal?: boolean
  Attachable?: boolean
  EnableIPv6?: boolean
  IPAM?: { Driver?: string; Config?: IpamPool[] | null; Options?: Record<string, string> | null } | null
  Options?: Record<string, string> | null
  Labels?: Record<string, string> | null
}

export interface NetworkInspect {
  Name: string
  Id: string
  Created: string
  Scope: 'local'
  Driver: string
  EnableIPv6: boolean
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamPool[] }
  Internal: boolean
  Attachable: boolean
  Ingress: boolean
  ConfigFrom: { Network: string }
  ConfigOnly: boolean
  /** Attached, running containers by id; `{}` in a list. */
  Containers: Record<
    string,
    { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string }
  >
  Options: Record<string, string>
  Labels: Labels
}

/** A missing network rejects with E_NETWORK_NOT_FOUND. */
export interface NetworksPort {
  list(query?: { filters?: Filters } & CallOptions): Promise<NetworkInspect[]>
  create(body: NetworkCreate, options?: CallOptions): Promise<{ Id: string; Warning: string }>
  inspect(reference: string, options?: CallOptions): Promise<NetworkInspect>
  remove(reference: string, options?: CallOptions): Promise<void>
  connect(
    reference: string,
    body: { Container: string; EndpointConfig?: EndpointSettings | null },
    options?: CallOptions,
  ): Promise<void>
  disconnect(reference: string, body: { Container: string; Force?: boolean }, options?: CallOptions): Promise<void>
}
