import { isIPv4 } from 'node:net'
import { printAddress } from './addresses.ts'
import { type Network, type Sandbox, hasNames, uplinkOf } from './model.ts'
import type { RuleNetwork, RulePort, RuleState } from './rules.ts'

/** The rules that networks and sandboxes need. */
export const ruleState = (
  tag: string,
  networks: readonly Network[],
  sandboxes: Iterable<Sandbox>,
  dns: RuleState['dns'],
): RuleState => ({ tag, networks: networks.flatMap(ruleNetwork), ports: [...sandboxes].flatMap(rulePorts), dns })

const ruleNetwork = (network: Network): RuleNetwork[] => {
  const { bridge, record } = network
  if (!bridge || network.endpoints.size === 0) return []
  const { internal, icc, masquerade } = bridge
  return [
    {
      bridge: bridge.name,
      subnet: record.subnet,
      gateway: record.gateway,
      internal,
      icc,
      masquerade,
      names: hasNames(network),
    },
  ]
}

/** IPv6 addresses need no rule: the engine forwards what comes in on them. */
const rulePorts = (sandbox: Sandbox): RulePort[] => {
  const target = uplinkOf(sandbox)?.address
  if (target === undefined) return []
  return sandbox.ports.flatMap(({ protocol, port, hostPort, hostIps }) =>
    hostIps.filter(isIPv4).map((hostIp) => ({
      protocol,
      hostIp: hostIp === '0.0.0.0' ? '' : hostIp,
      hostPort,
      address: printAddress(target),
      port,
    })),
  )
}
