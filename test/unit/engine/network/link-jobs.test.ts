import { describe, expect, it } from 'vitest'
import { attachLines, repairLines, routeLines } from '../../../../src/engine/network/link-jobs.ts'
import { join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

describe('jobs for the links', () => {
  const front = networkOf(recordOf('front'))
  const dark = networkOf(
    recordOf('dark', { subnet: '10.5.0.0/24', gateway: '10.5.0.1', bridge: 'tscabcdefb2', body: { Internal: true } }),
  )

  it('make a namespace, a card for each network, and the default route of the first that leads out', () => {
    const web = sandboxOf('web')
    join(web, dark, '10.5.0.2')
    join(web, front, '172.18.0.2')
    expect(attachLines(web)).toEqual([
      'netns tsc-abcdef-web',
      'bridge tscabcdefb2 10.5.0.1/24 02:42:0a:05:00:01 1500 tsc-abcdef',
      'veth tvwebdark2 tscabcdefb2 tsc-abcdef-web eth0 02:42:00:00:00:01 1500',
      'address tsc-abcdef-web eth0 10.5.0.2/24 10.5.0.255',
      'bridge tscabcdefb1 172.18.0.1/16 02:42:ac:12:00:01 1500 tsc-abcdef',
      'veth tvwebfront tscabcdefb1 tsc-abcdef-web eth1 02:42:00:00:00:01 1500',
      'address tsc-abcdef-web eth1 172.18.0.2/16 172.18.255.255',
      'route tsc-abcdef-web eth1 172.18.0.1',
    ])
  })

  it('give no default route on internal networks alone', () => {
    const web = sandboxOf('web')
    join(web, dark, '10.5.0.2')
    expect(routeLines(web)).toEqual([])
  })

  it('isolate cards where icc is off, and turn frames round for published ports', () => {
    const strangers = networkOf(
      recordOf('x', { body: { Options: { 'com.docker.network.bridge.enable_icc': 'false' } } }),
    )
    const [web, other] = [sandboxOf('web'), sandboxOf('other')]
    web.ports = [{ protocol: 'tcp', port: 80, hostPort: 80, hostIps: ['0.0.0.0'], release: () => undefined }]
    join(web, strangers, '172.18.0.2')
    join(other, strangers, '172.18.0.3')
    expect(attachLines(web)).toContain('port tvwebx2222 1 1')
    expect(attachLines(other)).toContain('port tvotherx22 0 1')
  })

  it('put all cards back into a bridge', () => {
    const network = networkOf(recordOf('front'))
    join(sandboxOf('web'), network, '172.18.0.2')
    expect(repairLines(network).slice(1)).toEqual(['master tvwebfront tscabcdefb1', 'port tvwebfront 1 0'])
  })
})
