import { describe, expect, it } from 'vitest'
import { inspectNetwork, networkSettings } from '../../../../src/engine/network/inspect.ts'
import { join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

describe('inspect', () => {
  const pool = { Subnet: '10.5.0.0/16', IPRange: '10.5.9.0/24', AuxiliaryAddresses: { router: '10.5.9.1' } }
  const network = networkOf(
    recordOf('net', {
      subnet: '10.5.0.0/16',
      gateway: '10.5.0.1',
      body: { Labels: { tier: 'front' }, Options: { a: 'b' }, Attachable: true, IPAM: { Config: [pool] } },
    }),
  )
  const web = sandboxOf('web', { exposed: ['443/tcp'] })
  const card = join(web, network, '10.5.9.2', { Aliases: ['www'], IPAMConfig: { IPv4Address: '10.5.9.2' } })

  it("shows a network in Docker's shape", () => {
    expect(inspectNetwork(network, () => 'web')).toEqual({
      Name: 'net',
      Id: network.record.id,
      Created: '2026-01-02T03:04:05.678Z',
      Scope: 'local',
      Driver: 'bridge',
      EnableIPv6: false,
      IPAM: { Driver: 'default', Options: null, Config: [{ ...pool, Gateway: '10.5.0.1' }] },
      Internal: false,
      Attachable: true,
      Ingress: false,
      ConfigFrom: { Network: '' },
      ConfigOnly: false,
      Containers: {
        [web.containerId]: {
          Name: 'web',
          EndpointID: card.id,
          MacAddress: card.mac,
          IPv4Address: '10.5.9.2/16',
          IPv6Address: '',
        },
      },
      Options: { a: 'b' },
      Labels: { tier: 'front' },
    })
  })

  it("shows what a container has in Docker's shape", () => {
    const settings = networkSettings(web, '/run/netns/x')
    expect(settings).toMatchObject({ SandboxKey: '/run/netns/x', IPAddress: '', Ports: { '443/tcp': null } })
    expect(settings.Networks['net']).toMatchObject({
      IPAMConfig: { IPv4Address: '10.5.9.2' },
      Aliases: ['www'],
      NetworkID: network.record.id,
      EndpointID: card.id,
      Gateway: '10.5.0.1',
      IPAddress: '10.5.9.2',
      IPPrefixLen: 16,
      DNSNames: ['web', 'www', web.containerId.slice(0, 12)],
    })
  })

  it('repeats the address on the default network at the top', () => {
    const plain = sandboxOf('plain')
    join(plain, networkOf(recordOf('bridge', { subnet: '172.17.0.0/16', gateway: '172.17.0.1' })), '172.17.0.2')
    const settings = networkSettings(plain, '')
    expect(settings).toMatchObject({ IPAddress: '172.17.0.2', IPPrefixLen: 16, Gateway: '172.17.0.1' })
    expect(settings.Networks['bridge']?.DNSNames).toBeNull()
  })

  it('shows no gateway on an internal network', () => {
    const hidden = sandboxOf('hidden')
    join(hidden, networkOf(recordOf('dark', { body: { Internal: true } })), '172.18.0.2')
    expect(networkSettings(hidden, '').Networks['dark']?.Gateway).toBe('')
  })
})
