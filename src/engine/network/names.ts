import { type Address, contains, parseAddress } from './addresses.ts'
import { type Endpoint, type Network, type Sandbox, hasNames } from './model.ts'
import type { Zone } from './dns/answer.ts'

/** Every name that the embedded DNS server answers with this endpoint; the first is its own. */
export const dnsNames = (sandbox: Sandbox, endpoint: Endpoint): string[] => [
  ...new Set([
    sandbox.name,
    ...(endpoint.asked.Aliases ?? []),
    sandbox.containerId.slice(0, 12),
    ...(sandbox.hostname ? [sandbox.hostname] : []),
  ]),
]

/** The containers, as name resolution reads them. */
export interface NameModel {
  all(): Iterable<Sandbox>
  get(containerId: string): Sandbox | undefined
}

/**
 * What the container with the source address may know: names of the networks that it is on itself, first network first,
 * also as `name.network`, and the aliases that it links to. Undefined for an address that no container has.
 */
export const zoneFor = (source: string, model: NameModel, upstreams: readonly string[]): Zone | undefined => {
  const asker = findAsker(parseAddress(source), model)
  if (!asker) return undefined
  const own = asker.endpoints.filter((endpoint) => hasNames(endpoint.network))
  const leadsOut = asker.endpoints.some((endpoint) => endpoint.network.bridge?.internal === false)
  return {
    addresses: (name) => firstOf(own, (endpoint) => lookUp(name, endpoint, model)),
    nameOf: (address) => firstOf(own, (endpoint) => nameOf(address, endpoint.network, model)),
    upstreams: leadsOut ? (asker.dns.length > 0 ? asker.dns : upstreams) : [],
  }
}

const findAsker = (source: Address | undefined, model: NameModel): Sandbox | undefined => {
  if (source === undefined) return undefined
  for (const sandbox of model.all()) {
    if (sandbox.endpoints.some((endpoint) => endpoint.address === source)) return sandbox
  }
  return undefined
}

const firstOf = <T>(endpoints: readonly Endpoint[], find: (endpoint: Endpoint) => T | undefined): T | undefined => {
  for (const endpoint of endpoints) {
    const found = find(endpoint)
    if (found !== undefined) return found
  }
  return undefined
}

const lookUp = (name: string, asker: Endpoint, model: NameModel): Address[] | undefined => {
  const suffix = `.${asker.network.record.name.toLowerCase()}`
  const short = name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined
  return find(name, asker, model) ?? (short === undefined ? undefined : find(short, asker, model))
}

const find = (name: string, asker: Endpoint, model: NameModel): Address[] | undefined => {
  const targets = linkTargets(name, asker)
  const found = [...asker.network.endpoints.values()].flatMap((endpoint) => {
    const sandbox = model.get(endpoint.containerId)
    if (!sandbox || endpoint.address === undefined) return []
    const names = [...dnsNames(sandbox, endpoint), endpoint.containerId]
    const meant = names.some((one) => one.toLowerCase() === name || targets.includes(one))
    return meant ? [endpoint.address] : []
  })
  return found.length > 0 ? found : undefined
}

/** Containers that the asker links to under this alias, as it named them. */
const linkTargets = (alias: string, asker: Endpoint): string[] =>
  (asker.asked.Links ?? []).flatMap((link) => {
    const [container = '', name = container] = link.split(':')
    return name.toLowerCase() === alias ? [container.replace(/^\//, '')] : []
  })

const nameOf = (address: Address, network: Network, model: NameModel): string | null | undefined => {
  if (!network.bridge || !contains(network.bridge.subnet, address)) return undefined
  for (const endpoint of network.endpoints.values()) {
    if (endpoint.address !== address) continue
    const name = model.get(endpoint.containerId)?.name
    return name === undefined ? null : `${name}.${network.record.name}`
  }
  return null
}
