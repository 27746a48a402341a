import { randomBytes } from 'node:crypto'
import { AppError } from '../../errors/app-error.ts'
import type { EndpointSettings } from '../../port/containers.ts'
import { macOf, parseAddress } from './addresses.ts'
import { invalid } from './bridge-settings.ts'
import { allocate } from './ipam.ts'
import { type Endpoint, type Network, type Sandbox, linkOf } from './model.ts'
import type { AttachRequest } from './part.ts'

/** A network with the settings that a container asks for on it. */
export interface Wanted {
  readonly network: Network
  readonly asked: EndpointSettings
}

/** The networks of a request, the one with the highest gateway priority first, otherwise in the order given. */
export const wantedNetworks = (
  endpoints: AttachRequest['endpoints'],
  find: (reference: string) => Network,
): Wanted[] => {
  const wanted = new Map<Network, Wanted>()
  for (const [reference, asked] of Object.entries(endpoints)) {
    const network = find(reference)
    if (!wanted.has(network)) wanted.set(network, { network, asked })
  }
  const list = [...wanted.values()].sort((a, b) => (b.asked.GwPriority ?? 0) - (a.asked.GwPriority ?? 0))
  assertMixable(list.map(({ network }) => network))
  return list
}

/** @throws E_NETWORK_INVALID when `host` or `none` is not the only network */
export const assertMixable = (networks: readonly Network[]): void => {
  const alone = networks.find(({ driver }) => driver !== 'bridge')
  if (!alone || networks.length === 1) return
  throw invalid(
    `container cannot be connected to multiple networks with one of the networks in ${alone.record.name} mode`,
    `Use "${alone.record.name}" alone, or not at all`,
  )
}

/** A container without cards yet. */
export const newSandbox = (request: AttachRequest, wanted: readonly Wanted[], tag: string): Sandbox => ({
  id: randomBytes(32).toString('hex'),
  containerId: request.containerId,
  name: request.containerName,
  hostname: request.hostname,
  netns: wanted.some(({ network }) => network.driver === 'host')
    ? ''
    : `tsc-${tag}-${request.containerId.slice(0, 12)}`,
  endpoints: [],
  ports: [],
  wanted: request.portBindings,
  exposed: request.exposedPorts,
  dns: request.dns ?? [],
})

/** Gives the container a card on a network, with an address that nobody else has. @throws E_NETWORK_ADDRESS */
export const addEndpoint = (sandbox: Sandbox, { network, asked }: Wanted): Endpoint => {
  const { bridge } = network
  const used = new Set([...network.endpoints.values()].flatMap(({ address }) => address ?? []))
  const wish = { fixed: asked.IPAMConfig?.IPv4Address, preferred: asked.IPAddress }
  const address = bridge ? allocate(bridge, used, wish) : undefined
  const id = randomBytes(32).toString('hex')
  const endpoint: Endpoint = {
    id,
    containerId: sandbox.containerId,
    network,
    address,
    mac: address === undefined ? '' : macFor(asked, macOf(address)),
    device: freeDevice(sandbox, bridge?.devicePrefix ?? 'eth'),
    link: linkOf(id),
    asked,
  }
  network.endpoints.set(sandbox.containerId, endpoint)
  sandbox.endpoints.push(endpoint)
  return endpoint
}

export const removeEndpoint = (sandbox: Sandbox, endpoint: Endpoint): void => {
  endpoint.network.endpoints.delete(sandbox.containerId)
  sandbox.endpoints = sandbox.endpoints.filter((one) => one !== endpoint)
}

const freeDevice = (sandbox: Sandbox, prefix: string): string => {
  const used = new Set(sandbox.endpoints.map(({ device }) => device))
  let number = 0
  while (used.has(`${prefix}${number}`)) number += 1
  return `${prefix}${number}`
}

/** The MAC address that was asked for. That of an earlier run, which came with the earlier address, was not. */
const macFor = (asked: EndpointSettings, automatic: string): string => {
  const mac = asked.MacAddress?.toLowerCase() ?? ''
  const earlier = parseAddress(asked.IPAddress ?? '')
  if (mac === '' || (earlier !== undefined && mac === macOf(earlier))) return automatic
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && Number.parseInt(mac.slice(0, 2), 16) % 2 === 0) return mac
  throw new AppError('E_NETWORK_ADDRESS', `invalid MAC address "${mac}"`, {
    hint: 'Write it like 92:d0:c6:0a:29:33; the first octet is even',
  })
}
