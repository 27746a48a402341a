import { describe, expect, it } from 'vitest'
import { printSubnet } from '../../../../src/engine/network/addresses.ts'
import { hostRoutes, parseRoutes } from '../../../../src/engine/network/host-routes.ts'

const TABLE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
wg0	0A00000A	00000000	0005	0	0	0	FFFFFFFF	0	0	0
`

describe('routes of the host', () => {
  it('are read with their devices, the default route left out', () => {
    expect(parseRoutes(TABLE).map(({ device, subnet }) => `${device} ${printSubnet(subnet)}`)).toEqual([
      'eth0 192.0.2.0/24',
      'docker0 172.17.0.0/16',
      'wg0 10.0.0.10/32',
    ])
  })

  it('are none where there is no table', async () => {
    expect(await hostRoutes('/nonexistent')).toEqual([])
  })
})
