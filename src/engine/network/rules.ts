/** A network that has containers, as the rules see it. */
export interface RuleNetwork {
  readonly bridge: string
  /** `172.18.0.0/16` */
  readonly subnet: string
  readonly gateway: string
  readonly internal: boolean
  readonly icc: boolean
  readonly masquerade: boolean
  /** Its gateway answers DNS. */
  readonly names: boolean
}

/** A published port. */
export interface RulePort {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  /** Empty: every address of the host. */
  readonly hostIp: string
  readonly hostPort: number
  readonly address: string
  readonly port: number
}

export interface RuleState {
  readonly tag: string
  readonly networks: readonly RuleNetwork[]
  readonly ports: readonly RulePort[]
  /** Ports on 127.0.0.1 of the embedded DNS server. */
  readonly dns?: { readonly tcp: number; readonly udp: number } | undefined
}

const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const

/** The maps of published ports, one for each protocol that is in use: by what address of the host they are bound to. */
const PORT_MAPS = [
  { kind: 'own', key: 'ipv4_addr . inet_service', takes: ({ hostIp }: RulePort) => hostIp.startsWith('127.') },
  { kind: 'at', key: 'ipv4_addr . inet_service', takes: ({ hostIp }: RulePort) => /^(?!127\.)./.test(hostIp) },
  { kind: 'any', key: 'inet_service', takes: ({ hostIp }: RulePort) => hostIp === '' },
] as const

/**
 * The whole table of one engine as input for `nft -f`, which replaces it in one step; without networks it is only removed.
 *
 * - raw: the bridges may route 127.0.0.0/8 (for ports published on it, and DNS), so nobody on a bridge may aim at it.
 * - forward: bridges are entered only by answers, by what a published port redirected, and by neighbours where
 *   `enable_icc` allows; internal networks are neither left nor entered. That also holds against other engines' networks.
 * - nat: ports on 127.x are redirected for the host's own processes alone, never for packets from outside.
 */
export const rulesText = (state: RuleState): string => {
  const table = `inet tsc-${state.tag}`
  const fresh = [`table ${table}`, `delete table ${table}`]
  if (state.networks.length === 0) return `${fresh.join('\n')}\n`
  const maps = portMaps(state.ports)
  const declarations = [...sets(state), ...maps.map(({ declaration }) => declaration)]
  const body = [...declarations, ...filterChains(), ...natChains(state, maps)]
  return `${[...fresh, `table ${table} {`, ...body, '}'].join('\n')}\n`
}

const sets = ({ networks }: RuleState): string[] => [
  set('bridges', 'ifname', networks.map(bridgeOf)),
  set('internal', 'ifname', networks.filter((network) => network.internal).map(bridgeOf)),
  set('neighbours', 'ifname . ifname', networks.filter((network) => network.icc).map(pairOf)),
  set('resolvers', 'ifname . ipv4_addr', networks.filter((network) => network.names).map(resolverOf)),
]

interface PortMap {
  readonly kind: 'own' | 'at' | 'any'
  readonly protocol: RulePort['protocol']
  readonly declaration: string
}

const portMaps = (ports: readonly RulePort[]): PortMap[] =>
  PORT_MAPS.flatMap(({ kind, key, takes }) =>
    PROTOCOLS.flatMap((protocol) => {
      const elements = ports.filter((port) => port.protocol === protocol && takes(port)).map(portElement)
      if (elements.length === 0) return []
      const declaration = block('map', `${protocol}_${kind}`, `type ${key} : ipv4_addr . inet_service`, elements)
      return [{ kind, protocol, declaration }]
    }),
  )

const redirect = ({ kind, protocol }: PortMap): string =>
  `dnat ip to ${kind === 'any' ? '' : 'ip daddr . '}${protocol} dport map @${protocol}_${kind}`

const filterChains = (): string[] => [
  chain('guard', 'type filter hook prerouting priority -300', ['iifname @bridges ip daddr 127.0.0.0/8 drop']),
  chain('forward', 'type filter hook forward priority 0', [
    'ct state established,related accept',
    'iifname . oifname @neighbours accept',
    'iifname @internal drop',
    'oifname @internal drop',
    'oifname @bridges ct status dnat accept',
    'oifname @bridges drop',
  ]),
]

const natChains = (state: RuleState, maps: readonly PortMap[]): string[] => [
  chain('prerouting', 'type nat hook prerouting priority -100', [
    ...dnsRules(state),
    'fib daddr type local jump published',
  ]),
  chain('output', 'type nat hook output priority -100', [
    ...maps.filter(({ kind }) => kind === 'own').map(redirect),
    'fib daddr type local jump published',
  ]),
  chain('published', '', maps.filter(({ kind }) => kind !== 'own').map(redirect)),
  chain('postrouting', 'type nat hook postrouting priority 100', [
    'ip saddr 127.0.0.0/8 oifname @bridges masquerade',
    ...state.networks.flatMap(sourceRules),
  ]),
]

const dnsRules = ({ dns }: RuleState): string[] =>
  dns
    ? (['tcp', 'udp'] as const).map((p) => `iifname . ip daddr @resolvers ${p} dport 53 dnat ip to 127.0.0.1:${dns[p]}`)
    : []

/**
 * A container that calls a published port of its own network must get the answer from the host, not from the neighbour.
 * What stays in the subnet is no egress: so the rules of two engines do no harm to each other if they use one subnet.
 */
const sourceRules = ({ subnet, bridge, masquerade, internal }: RuleNetwork): string[] => [
  `ip saddr ${subnet} oifname "${bridge}" ct status dnat masquerade`,
  ...(masquerade && !internal ? [`ip saddr ${subnet} ip daddr != ${subnet} oifname != "${bridge}" masquerade`] : []),
]

const bridgeOf = (network: RuleNetwork): string => `"${network.bridge}"`
const pairOf = (network: RuleNetwork): string => `"${network.bridge}" . "${network.bridge}"`
const resolverOf = (network: RuleNetwork): string => `"${network.bridge}" . ${network.gateway}`
const portElement = ({ hostIp, hostPort, address, port }: RulePort): string =>
  `${hostIp === '' ? '' : `${hostIp} . `}${hostPort} : ${address} . ${port}`

const set = (name: string, type: string, elements: readonly string[]): string =>
  block('set', name, `type ${type}`, elements)

const block = (kind: string, name: string, type: string, elements: readonly string[]): string =>
  `  ${kind} ${name} { ${type};${elements.length > 0 ? ` elements = { ${elements.join(', ')} };` : ''} }`

const chain = (name: string, hook: string, rules: readonly string[]): string =>
  [
    `  chain ${name} {`,
    ...(hook ? [`    ${hook}; policy accept;`] : []),
    ...rules.map((rule) => `    ${rule}`),
    '  }',
  ].join('\n')
