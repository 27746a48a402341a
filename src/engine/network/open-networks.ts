import { access } from 'node:fs/promises'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import { NETNS_FOLDER, createAttachments } from './attachments.ts'
import { type DnsServer, startDnsServer } from './dns/dns-server.ts'
import { hostNameservers } from './dns/resolv-conf.ts'
import { createFirewall } from './firewall.ts'
import { createForwarding } from './forwarding.ts'
import { interfaceAlias, readHostLinks } from './host-links.ts'
import { hostRoutes } from './host-routes.ts'
import { inspectNetwork } from './inspect.ts'
import { createLinks } from './links.ts'
import { type Network, type Sandbox, hasNames } from './model.ts'
import { zoneFor } from './names.ts'
import { passes } from './network-filters.ts'
import type { NetworkEvent, NetworkPart } from './part.ts'
import { type AddressPool, DEFAULT_POOLS } from './pools.ts'
import { createPortTable } from './port-table.ts'
import { reconcileLines, restoredPorts, restoredSandbox } from './reconcile.ts'
import { type NetworkRecords, openRegistry } from './registry.ts'
import { ruleState } from './rule-state.ts'
import { createSweeper } from './sweeper.ts'

export interface NetworksOptions {
  readonly host: Host
  readonly paths: EnginePaths
  readonly records: NetworkRecords
  /** Ranges for networks without a subnet of their own; Docker's when absent. */
  readonly pools?: readonly AddressPool[]
  /** How often the firewall's rules are looked for, in milliseconds. */
  readonly guardInterval?: number
  emit?(event: NetworkEvent): void
}

/** The network part of the engine. Nothing is made on the host before the first container is attached. */
export const openNetworks = async (options: NetworksOptions): Promise<NetworkPart> => {
  const { host, paths, records, pools = DEFAULT_POOLS } = options
  const { tag } = paths
  const registry = await openRegistry({ records, tag, pools, routes: hostRoutes, aliasOf: interfaceAlias })
  const links = createLinks(host)
  const sweeper = createSweeper(links)
  const nameservers = hostNameservers()
  let dns: Promise<DnsServer> | undefined
  let dnsPorts: Pick<DnsServer, 'tcp' | 'udp'> | undefined

  const tell = (action: string, { record, driver }: Network, more: Record<string, string> = {}): void =>
    options.emit?.({
      Type: 'network',
      Action: action,
      Actor: { ID: record.id, Attributes: { name: record.name, type: driver, ...more } },
    })

  const inUse = (): Network[] => registry.all().filter(({ bridge, endpoints }) => bridge && endpoints.size > 0)

  const zoneOf = async (source: string): Promise<ReturnType<typeof zoneFor>> =>
    zoneFor(source, attachments, await nameservers())

  const firewall = createFirewall({
    host,
    tag,
    state: () => ruleState(tag, registry.all(), attachments.all(), dnsPorts),
    ...(options.guardInterval === undefined ? {} : { guardInterval: options.guardInterval }),
  })

  const applyRules = async (): Promise<void> => {
    if (inUse().some(hasNames)) {
      dns ??= startDnsServer(zoneOf)
      dnsPorts = await dns
    }
    await firewall.apply()
  }

  const applyForwarding = createForwarding({ host, needed: () => inUse().length > 0 })

  const attachments = createAttachments({
    tag,
    links,
    sweeper,
    ports: createPortTable(),
    find: (reference) => registry.find(reference),
    settle: (network) => registry.settle(network),
    applyRules,
    applyForwarding,
    nameservers,
    onChange: (action, { network, containerId }) => tell(action, network, { container: containerId }),
  })

  const nameOf = (containerId: string): string => attachments.get(containerId)?.name ?? containerId

  return {
    async list({ filters = {} } = {}) {
      const found = registry.all().filter((network) => passes(network, filters))
      return found.map((network) => ({ ...inspectNetwork(network, nameOf), Containers: {} }))
    },
    inspect: async (reference) => inspectNetwork(registry.find(reference), nameOf),
    async create(body) {
      const network = await registry.create(body)
      tell('create', network)
      return { Id: network.record.id, Warning: '' }
    },
    async remove(reference) {
      tell('destroy', await registry.remove(reference, nameOf))
    },
    resolve(reference) {
      const { record } = registry.find(reference)
      return { id: record.id, name: record.name }
    },
    attach: (request, call) => attachments.attach(request, call),
    detach: (containerId) => attachments.detach(containerId),
    connect: (request, reference) => attachments.connect(request, reference),
    disconnect: (containerId, reference) => attachments.disconnect(containerId, reference),
    rename(containerId, name) {
      const sandbox = attachments.get(containerId)
      if (sandbox) sandbox.name = name
    },
    async reconcile(live) {
      const networks = registry.all()
      for (const one of live) {
        const sandbox = restoredSandbox(one, networks)
        if (await isThere(sandbox)) await attachments.adopt(sandbox, restoredPorts(one))
      }
      const found = await readHostLinks(NETNS_FOLDER)
      await links.run(reconcileLines(tag, found, { networks, sandboxes: [...attachments.all()] }), { force: true })
      await applyRules()
      await applyForwarding()
    },
    async close() {
      await firewall.close()
      for (const { ports } of attachments.all()) for (const port of ports) port.release()
      await Promise.all([links.close(), dns?.then((server) => server.close())])
    },
  }
}

const isThere = async ({ netns }: Sandbox): Promise<boolean> =>
  netns === '' ||
  access(`${NETNS_FOLDER}/${netns}`).then(
    () => true,
    () => false,
  )
