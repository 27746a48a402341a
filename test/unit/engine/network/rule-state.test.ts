import { describe, expect, it } from 'vitest'
import { ruleState } from '../../../../src/engine/network/rule-state.ts'
import { TAG, join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

const release = (): void => undefined

describe('the state that rules are made from', () => {
  it('has networks with containers only', () => {
    const [used, unused] = [networkOf(recordOf('used')), networkOf(recordOf('unused'))]
    join(sandboxOf('web'), used, '172.18.0.2')
    const state = ruleState(TAG, [used, unused], [], undefined)
    expect(state.networks).toEqual([
      {
        bridge: 'tscabcdefb1',
        subnet: '172.18.0.0/16',
        gateway: '172.18.0.1',
        internal: false,
        icc: true,
        masquerade: true,
        names: true,
      },
    ])
  })

  it('has no names on the default network', () => {
    const network = networkOf(recordOf('bridge'))
    join(sandboxOf('web'), network, '172.18.0.2')
    expect(ruleState(TAG, [network], [], undefined).networks[0]?.names).toBe(false)
  })

  it('leads ports to the first network that is not internal, IPv4 only', () => {
    const web = sandboxOf('web', {
      ports: [{ protocol: 'tcp', port: 80, hostPort: 8080, hostIps: ['0.0.0.0', '::'], release }],
    })
    join(web, networkOf(recordOf('dark', { body: { Internal: true } })), '172.18.0.2')
    expect(ruleState(TAG, [], [web], undefined).ports).toEqual([])
    join(web, networkOf(recordOf('front', { subnet: '172.19.0.0/16', gateway: '172.19.0.1' })), '172.19.0.2')
    expect(ruleState(TAG, [], [web], undefined).ports).toEqual([
      { protocol: 'tcp', hostIp: '', hostPort: 8080, address: '172.19.0.2', port: 80 },
    ])
  })
})
