import { basename } from 'node:path'
import type { EndpointSettings } from '../../port/containers.ts'
import { parseAddress } from './addresses.ts'
import { aliasOf, isOwnName } from './bridge-settings.ts'
import type { HostInterface, HostLinks } from './host-links.ts'
import { repairLines } from './link-jobs.ts'
import { type Endpoint, type Network, type Sandbox, linkOf } from './model.ts'
import type { LiveAttachment } from './part.ts'
import { type PublishedPort, parsePort } from './port-bindings.ts'
import { sweepLines } from './sweeper.ts'

export type AdoptedPort = Omit<PublishedPort, 'release'>

/** A sandbox as the engine before left it, from what the container room has kept of it. */
export const restoredSandbox = (live: LiveAttachment, networks: readonly Network[]): Sandbox => {
  const { settings } = live
  const sandbox: Sandbox = {
    id: settings.SandboxID,
    containerId: live.containerId,
    name: live.containerName,
    hostname: live.hostname,
    netns: basename(settings.SandboxKey),
    endpoints: [],
    ports: [],
    wanted: settings.Ports,
    exposed: Object.keys(settings.Ports),
    dns: live.dns ?? [],
  }
  for (const [name, asked] of Object.entries(settings.Networks)) {
    const network = networks.find(({ record }) => record.id === asked.NetworkID) ?? byName(networks, name)
    if (network) sandbox.endpoints.push(restoredEndpoint(sandbox, network, asked))
  }
  return sandbox
}

const byName = (networks: readonly Network[], name: string): Network | undefined =>
  networks.find(({ record }) => record.name === name)

/** Devices were named in the order in which the settings list them. */
const restoredEndpoint = (sandbox: Sandbox, network: Network, asked: EndpointSettings): Endpoint => ({
  id: asked.EndpointID ?? '',
  containerId: sandbox.containerId,
  network,
  address: parseAddress(asked.IPAddress ?? ''),
  mac: asked.MacAddress ?? '',
  device: `${network.bridge?.devicePrefix ?? 'eth'}${sandbox.endpoints.length}`,
  link: linkOf(asked.EndpointID ?? ''),
  asked,
})

/** The published ports of kept settings: bindings of one host port belong together. */
export const restoredPorts = (live: LiveAttachment): AdoptedPort[] =>
  Object.entries(live.settings.Ports).flatMap(([key, bindings]) => {
    const hostPorts = [...new Set((bindings ?? []).map(({ HostPort }) => HostPort))]
    return hostPorts.map((hostPort) => ({
      ...parsePort(key),
      hostPort: Number(hostPort),
      hostIps: (bindings ?? []).filter(({ HostPort }) => HostPort === hostPort).map(({ HostIp }) => HostIp),
    }))
  })

/** Lines for `links.pl` that remove what this engine made and nobody owns, and put missing bridges back. */
export const reconcileLines = (
  tag: string,
  found: HostLinks,
  owned: { networks: readonly Network[]; sandboxes: readonly Sandbox[] },
): string[] => {
  const live = owned.networks.filter(({ bridge, endpoints }) => bridge && endpoints.size > 0)
  const wanted = new Set([...live.map(({ record }) => record.bridge), ...live.flatMap(linksOf)])
  const isOurs = ({ name, alias }: HostInterface): boolean => isOwnName(name, tag) || alias === aliasOf(tag)
  const bridges = new Set(found.interfaces.filter(isOurs).map(({ name }) => name))
  const stale = found.interfaces
    .filter(({ name, master }) => bridges.has(name) || (name.startsWith('tv') && bridges.has(master)))
    .map(({ name }) => name)
    .filter((name) => !wanted.has(name))
  const spaces = new Set(owned.sandboxes.map(({ netns }) => netns))
  const lost = found.namespaces.filter((name) => name.startsWith(`tsc-${tag}-`) && !spaces.has(name))
  const missing = live.filter(({ record }) => !bridges.has(record.bridge))
  return [...sweepLines(stale, lost), ...missing.flatMap(repairLines)]
}

const linksOf = ({ endpoints }: Network): string[] => [...endpoints.values()].map(({ link }) => link)
