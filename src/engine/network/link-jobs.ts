import { lastOf, macOf, printAddress } from './addresses.ts'
import { type Endpoint, type Network, type Sandbox, uplinkOf } from './model.ts'
import type { BridgeSettings } from './bridge-settings.ts'

/** Lines for `links.pl` that make the namespace of a container with all of its cards. */
export const attachLines = (sandbox: Sandbox): string[] => [
  `netns ${sandbox.netns}`,
  ...sandbox.endpoints.flatMap((endpoint) => endpointLines(sandbox, endpoint)),
  ...routeLines(sandbox),
]

/** Lines that make one card of it; the bridge is made too if it is not there. */
export const endpointLines = (sandbox: Sandbox, endpoint: Endpoint): string[] => {
  const { bridge } = endpoint.network
  if (!bridge || endpoint.address === undefined) return []
  const address = `${printAddress(endpoint.address)}/${bridge.subnet.prefix}`
  return [
    bridgeLine(bridge),
    `veth ${endpoint.link} ${bridge.name} ${sandbox.netns} ${endpoint.device} ${endpoint.mac} ${bridge.mtu}`,
    ...portLines(bridge, endpoint.link, sandbox.ports.length > 0),
    `address ${sandbox.netns} ${endpoint.device} ${address} ${printAddress(lastOf(bridge.subnet))}`,
  ]
}

/** The line that sets the default route, or none when nothing leads outside. */
export const routeLines = (sandbox: Sandbox): string[] => {
  const uplink = uplinkOf(sandbox)
  const bridge = uplink?.network.bridge
  return uplink && bridge ? [`route ${sandbox.netns} ${uplink.device} ${printAddress(bridge.gateway)}`] : []
}

/** Lines that put a bridge and the cards of its containers back, when somebody removed it. */
export const repairLines = (network: Network): string[] => {
  const { bridge } = network
  if (!bridge) return []
  const cards = [...network.endpoints.values()]
  return [
    bridgeLine(bridge),
    ...cards.flatMap(({ link }) => [`master ${link} ${bridge.name}`, ...portLines(bridge, link, true)]),
  ]
}

/**
 * A container that calls its own published port gets the frame back through the port that it came in by: where
 * br_netfilter is on, redirected frames do not pass the host's routing.
 */
const portLines = (bridge: BridgeSettings, link: string, hairpin: boolean): string[] =>
  hairpin || !bridge.icc ? [`port ${link} ${hairpin ? 1 : 0} ${bridge.icc ? 0 : 1}`] : []

const bridgeLine = (bridge: BridgeSettings): string =>
  [
    'bridge',
    bridge.name,
    `${printAddress(bridge.gateway)}/${bridge.subnet.prefix}`,
    macOf(bridge.gateway),
    bridge.mtu,
    bridge.alias,
  ].join(' ')
