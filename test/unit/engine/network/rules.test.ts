import { describe, expect, it } from 'vitest'
import { type RuleNetwork, type RulePort, type RuleState, rulesText } from '../../../../src/engine/network/rules.ts'

const network = (more: Partial<RuleNetwork> = {}): RuleNetwork => ({
  bridge: 'tscabcdefb1',
  subnet: '172.18.0.0/16',
  gateway: '172.18.0.1',
  internal: false,
  icc: true,
  masquerade: true,
  names: true,
  ...more,
})
const port = (more: Partial<RulePort> = {}): RulePort => ({
  protocol: 'tcp',
  hostIp: '',
  hostPort: 8080,
  address: '172.18.0.2',
  port: 80,
  ...more,
})
const text = (state: Partial<RuleState>): string =>
  rulesText({ tag: 'abcdef', networks: [network()], ports: [], dns: { tcp: 1001, udp: 1002 }, ...state })

describe('rules', () => {
  it('are one table that replaces the one before', () => {
    expect(text({}).split('\n').slice(0, 3)).toEqual([
      'table inet tsc-abcdef',
      'delete table inet tsc-abcdef',
      'table inet tsc-abcdef {',
    ])
  })

  it('only remove the table when there is no network', () => {
    expect(text({ networks: [] })).toBe('table inet tsc-abcdef\ndelete table inet tsc-abcdef\n')
  })

  it('redirect DNS of gateways with names to the server of the engine', () => {
    const rules = text({
      networks: [network(), network({ bridge: 'tscabcdefb0', gateway: '172.17.0.1', names: false })],
    })
    expect(rules).toContain('set resolvers { type ifname . ipv4_addr; elements = { "tscabcdefb1" . 172.18.0.1 }; }')
    expect(rules).toContain('iifname . ip daddr @resolvers udp dport 53 dnat ip to 127.0.0.1:1002')
    expect(rules).toContain('iifname . ip daddr @resolvers tcp dport 53 dnat ip to 127.0.0.1:1001')
    expect(text({ dns: undefined })).not.toContain('dport 53')
  })

  it('sort published ports by protocol and by what address they are bound to', () => {
    const rules = text({
      ports: [
        port(),
        port({ hostIp: '192.0.2.2', hostPort: 81 }),
        port({ hostIp: '127.0.0.1', hostPort: 82 }),
        port({ protocol: 'udp', port: 53, hostPort: 53 }),
      ],
    })
    expect(rules).toContain(
      'map tcp_any { type inet_service : ipv4_addr . inet_service; elements = { 8080 : 172.18.0.2 . 80 }; }',
    )
    expect(rules).toMatch(/map tcp_at \{.* elements = \{ 192\.0\.2\.2 \. 81 : 172\.18\.0\.2 \. 80 \}/)
    expect(rules).toMatch(/map tcp_own \{.* elements = \{ 127\.0\.0\.1 \. 82 : 172\.18\.0\.2 \. 80 \}/)
    expect(rules).toMatch(/map udp_any \{.* elements = \{ 53 : 172\.18\.0\.2 \. 53 \}/)
  })

  it('use ports of 127.0.0.1 for packets of the host alone', () => {
    const chains = text({ ports: [port({ hostIp: '127.0.0.1' })] }).split(/^ {2}chain /m)
    const using = chains.filter((chain) => chain.includes('@tcp_own')).map((chain) => chain.split(' ')[0])
    expect(using).toEqual(['output'])
  })

  it('shut internal networks, and let neighbours through where icc is on', () => {
    const rules = text({
      networks: [network({ internal: true, bridge: 'tscabcdefb2' }), network({ icc: false, bridge: 'tscabcdefb3' })],
    })
    expect(rules).toContain('set internal { type ifname; elements = { "tscabcdefb2" }; }')
    expect(rules).toContain('set neighbours { type ifname . ifname; elements = { "tscabcdefb2" . "tscabcdefb2" }; }')
    expect(rules).not.toContain('oifname != "tscabcdefb2" masquerade')
    expect(rules).toContain('oifname != "tscabcdefb3" masquerade')
  })

  it('leave source addresses alone without masquerade', () => {
    expect(text({ networks: [network({ masquerade: false })] })).not.toContain('oifname != "tscabcdefb1" masquerade')
  })
})
