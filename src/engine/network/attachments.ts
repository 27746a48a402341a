import { AppError } from '../../errors/app-error.ts'
import { Scope } from '../../lib/scope.ts'
import { settleAll } from '../../lib/settle-all.ts'
import type { CallOptions } from '../../port/common.ts'
import { printAddress } from './addresses.ts'
import { reachableNameservers } from './dns/resolv-conf.ts'
import { networkSettings } from './inspect.ts'
import { attachLines, endpointLines, routeLines } from './link-jobs.ts'
import type { Links } from './links.ts'
import { type Endpoint, type Network, type Sandbox, hasNames, uplinkOf } from './model.ts'
import type { AttachRequest, Attachment } from './part.ts'
import { portWishes } from './port-bindings.ts'
import type { PortOwner, PortTable } from './port-table.ts'
import { type Wanted, addEndpoint, assertMixable, newSandbox, removeEndpoint, wantedNetworks } from './sandbox-plan.ts'
import type { Sweeper } from './sweeper.ts'

export const NETNS_FOLDER = '/run/netns'

export interface AttachmentsOptions {
  readonly tag: string
  readonly links: Links
  readonly sweeper: Sweeper
  readonly ports: PortTable
  find(reference: string): Network
  settle(network: Network): Promise<void>
  /** Brings the rules, and the DNS server that they lead to, to what the sandboxes need. */
  applyRules(): Promise<void>
  /** Turns IP forwarding on or off. */
  applyForwarding(): Promise<void>
  nameservers(): Promise<string[]>
  onChange(action: 'connect' | 'disconnect', endpoint: Endpoint): void
}

/** The containers that are attached, and how they come and go. */
export interface Attachments {
  all(): Iterable<Sandbox>
  get(containerId: string): Sandbox | undefined
  /** Takes over a sandbox that is there already, with its ports. */
  adopt(sandbox: Sandbox, ports: Parameters<PortTable['adopt']>[0][]): Promise<void>
  attach(request: AttachRequest, options?: CallOptions): Promise<Attachment>
  detach(containerId: string): Promise<void>
  connect(request: AttachRequest, reference: string): Promise<Attachment>
  disconnect(containerId: string, reference: string): Promise<Attachment>
}

export const createAttachments = (options: AttachmentsOptions): Attachments => {
  const { links, sweeper, ports } = options
  const sandboxes = new Map<string, Sandbox>()

  const ownerOf = (sandbox: Sandbox): PortOwner => ({
    name: () => sandbox.name,
    target(port) {
      const address = uplinkOf(sandbox)?.address
      return address === undefined ? undefined : { address: printAddress(address), port }
    },
  })

  /** Takes the ports when there is a way for them to come in, and gives them back when there is none any more. */
  const updatePorts = async (sandbox: Sandbox, publishAll: boolean): Promise<void> => {
    const bridge = uplinkOf(sandbox)?.network.bridge
    if (!bridge) {
      releasePorts(sandbox)
    } else if (sandbox.ports.length === 0) {
      const { exposed } = sandbox
      const wishes = portWishes(sandbox.wanted, { exposed, publishAll, hostBinding: bridge.hostBinding })
      sandbox.ports = await ports.reserve(wishes, ownerOf(sandbox))
    }
  }

  const releasePorts = (sandbox: Sandbox): void => {
    for (const port of sandbox.ports) port.release()
    sandbox.ports = []
  }

  /** Removes all of a sandbox and answers the cards that it had. */
  const drop = async (sandbox: Sandbox): Promise<Endpoint[]> => {
    if (sandboxes.get(sandbox.containerId) === sandbox) sandboxes.delete(sandbox.containerId)
    const { endpoints } = sandbox
    for (const endpoint of endpoints) removeEndpoint(sandbox, endpoint)
    await settleAll([
      sweeper.sweep(endpoints, sandbox.netns).then(() => options.applyForwarding()),
      options.applyRules().finally(() => releasePorts(sandbox)),
    ])
    return endpoints
  }

  const detach = async (containerId: string): Promise<void> => {
    const sandbox = sandboxes.get(containerId)
    if (!sandbox) return
    for (const endpoint of await drop(sandbox)) options.onChange('disconnect', endpoint)
  }

  const connectCard = async (sandbox: Sandbox, wanted: Wanted, publishAll: boolean): Promise<void> => {
    await using undo = new Scope()
    const endpoint = addEndpoint(sandbox, wanted)
    undo.defer(() => disconnectCard(sandbox, endpoint))
    await updatePorts(sandbox, publishAll)
    await settleAll([
      links.run([...endpointLines(sandbox, endpoint), ...routeLines(sandbox)]),
      options.applyRules(),
      options.applyForwarding(),
    ])
    undo.keep()
    options.onChange('connect', endpoint)
  }

  const disconnectCard = async (sandbox: Sandbox, endpoint: Endpoint): Promise<void> => {
    removeEndpoint(sandbox, endpoint)
    await updatePorts(sandbox, false)
    const swept = sweeper.sweep([endpoint])
    await settleAll([
      swept.then(() => options.applyForwarding()),
      swept.then(() => links.run(routeLines(sandbox))),
      options.applyRules(),
    ])
  }

  const attachment = async (sandbox: Sandbox): Promise<Attachment> => {
    const netnsPath = sandbox.netns ? `${NETNS_FOLDER}/${sandbox.netns}` : ''
    const resolver = sandbox.endpoints.find((endpoint) => hasNames(endpoint.network))
    return {
      netnsPath,
      settings: networkSettings(sandbox, netnsPath),
      nameservers: resolver ? [resolver.network.record.gateway] : await outsideServers(sandbox),
    }
  }

  const outsideServers = async (sandbox: Sandbox): Promise<readonly string[]> => {
    if (sandbox.dns.length > 0) return sandbox.dns
    const host = await options.nameservers()
    if (sandbox.netns === '') return host
    return sandbox.endpoints.some(({ network }) => network.bridge) ? reachableNameservers(host) : []
  }

  return {
    all: () => sandboxes.values(),
    get: (containerId) => sandboxes.get(containerId),
    async adopt(sandbox, published) {
      sandboxes.set(sandbox.containerId, sandbox)
      for (const endpoint of sandbox.endpoints) endpoint.network.endpoints.set(sandbox.containerId, endpoint)
      sandbox.ports = await Promise.all(published.map((port) => ports.adopt(port, ownerOf(sandbox))))
    },
    async attach(request, { signal } = {}) {
      signal?.throwIfAborted()
      await detach(request.containerId)
      const wanted = wantedNetworks(request.endpoints, (reference) => options.find(reference))
      for (const { network } of wanted) await options.settle(network)
      await using undo = new Scope()
      const sandbox = newSandbox(request, wanted, options.tag)
      sandboxes.set(request.containerId, sandbox)
      undo.defer(() => drop(sandbox))
      for (const one of wanted) addEndpoint(sandbox, one)
      await updatePorts(sandbox, request.publishAll)
      signal?.throwIfAborted()
      await settleAll([
        links.run(sandbox.netns ? attachLines(sandbox) : []),
        options.applyRules(),
        options.applyForwarding(),
      ])
      signal?.throwIfAborted()
      undo.keep()
      for (const endpoint of sandbox.endpoints) options.onChange('connect', endpoint)
      return attachment(sandbox)
    },
    detach,
    async connect(request, reference) {
      const network = options.find(reference)
      const sandbox = running(sandboxes, request.containerId)
      if (network.endpoints.has(sandbox.containerId)) {
        const { name } = network.record
        const message = `endpoint with name ${sandbox.name} already exists in network ${name}`
        throw new AppError('E_NETWORK_CONNECTED', message)
      }
      assertMixable([...sandbox.endpoints.map((endpoint) => endpoint.network), network])
      const asked = request.endpoints[network.record.name] ?? request.endpoints[network.record.id] ?? {}
      await options.settle(network)
      await connectCard(sandbox, { network, asked: request.endpoints[reference] ?? asked }, request.publishAll)
      return attachment(sandbox)
    },
    async disconnect(containerId, reference) {
      const network = options.find(reference)
      const sandbox = running(sandboxes, containerId)
      const endpoint = network.endpoints.get(containerId)
      if (!endpoint) {
        const message = `container ${containerId} is not connected to network ${network.record.name}`
        throw new AppError('E_NETWORK_NOT_ATTACHED', message)
      }
      await disconnectCard(sandbox, endpoint)
      options.onChange('disconnect', endpoint)
      return attachment(sandbox)
    },
  }
}

const running = (sandboxes: ReadonlyMap<string, Sandbox>, containerId: string): Sandbox => {
  const sandbox = sandboxes.get(containerId)
  if (sandbox) return sandbox
  throw new AppError('E_NETWORK_NOT_ATTACHED', `container ${containerId} is not running`, { httpStatus: 409 })
}
