import type { EndpointSettings, NetworkSettings, PortMap } from '../../port/containers.ts'
import type { CallOptions, Filters } from '../../port/common.ts'
import type { EngineEvent } from '../../port/system.ts'
import type { NetworkCreate, NetworkInspect } from '../../port/networks.ts'

/** What a container asks of the network when it starts. */
export interface AttachRequest {
  readonly containerId: string
  /** Without slash. */
  readonly containerName: string
  readonly hostname: string
  /** Networks by name or id, with the endpoint settings that the container was created or connected with. */
  readonly endpoints: Readonly<Record<string, EndpointSettings>>
  /** From HostConfig; only what is to be published. Ephemeral and range ports are chosen at attach. */
  readonly portBindings: PortMap
  /** Ports of the image and of `expose`: keys of the answer's `Ports`. */
  readonly exposedPorts: readonly string[]
  readonly publishAll: boolean
  readonly dns?: readonly string[]
}

export interface Attachment {
  /** Path of the named network namespace, for the OCI runtime; empty on the host's network. */
  readonly netnsPath: string
  /** Ready for `inspect`: endpoints with addresses, and the chosen ports. */
  readonly settings: NetworkSettings
  /** Name servers to write into resolv.conf: the networks' gateways, or the host's for the default bridge. */
  readonly nameservers: readonly string[]
}

/** A record of `networks.json`: what is kept of a network. */
export interface NetworkRecord {
  readonly id: string
  readonly name: string
  readonly created: string
  readonly body: NetworkCreate
  readonly subnet: string
  readonly gateway: string
  readonly bridge: string
}

/** An attachment as the container room keeps it on disk, to hand back after a crash. */
export interface LiveAttachment {
  readonly containerId: string
  readonly containerName: string
  readonly hostname: string
  readonly settings: NetworkSettings
  /** As in the {@link AttachRequest}. */
  readonly dns?: readonly string[]
}

/** What the network part tells of itself; the composition root adds the time. */
export type NetworkEvent = Pick<EngineEvent, 'Type' | 'Action' | 'Actor'>

/** The network part, as the container room and the API see it. */
export interface NetworkPart {
  list(query?: { filters?: Filters }): Promise<NetworkInspect[]>
  inspect(reference: string): Promise<NetworkInspect>
  create(body: NetworkCreate): Promise<{ Id: string; Warning: string }>
  remove(reference: string): Promise<void>
  /** Resolves a name, id or id prefix to the network's name and id. @throws E_NETWORK_NOT_FOUND */
  resolve(reference: string): { id: string; name: string }
  /**
   * Makes the namespace, one veth a network, addresses, routes, port maps and DNS names of a container that starts.
   * Calls that come together are done in one `ip -batch` and one `nft -f`. A taken port rejects before anything is made.
   */
  attach(request: AttachRequest, options?: CallOptions): Promise<Attachment>
  /** Undoes {@link attach}: namespace, veths, addresses, rules, names. A container that is not attached is no error. */
  detach(containerId: string): Promise<void>
  /** Joins or leaves one network while the container runs. */
  connect(request: AttachRequest, reference: string): Promise<Attachment>
  disconnect(containerId: string, reference: string): Promise<Attachment>
  rename(containerId: string, name: string): void
  /**
   * After an engine start: takes over what is live, writes the rules afresh, starts DNS,
   * and removes every namespace, interface and rule of this engine that nothing owns.
   */
  reconcile(live: readonly LiveAttachment[]): Promise<void>
  /** The engine ends; interfaces and rules of running containers stay. */
  close(): Promise<void>
}
