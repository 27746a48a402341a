import { beforeEach, describe, expect, it } from 'vitest'
import { parseAddress, printAddress } from '../../../../src/engine/network/addresses.ts'
import type { Zone } from '../../../../src/engine/network/dns/answer.ts'
import type { Network, Sandbox } from '../../../../src/engine/network/model.ts'
import { zoneFor } from '../../../../src/engine/network/names.ts'
import { join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

describe('names', () => {
  let sandboxes: Map<string, Sandbox>
  let front: Network

  const add = (name: string, more: Partial<Sandbox> = {}): Sandbox => {
    const sandbox = sandboxOf(name, more)
    sandboxes.set(sandbox.containerId, sandbox)
    return sandbox
  }
  const zone = (source: string, upstreams: string[] = ['192.0.2.53']): Zone | undefined =>
    zoneFor(source, { all: () => sandboxes.values(), get: (id) => sandboxes.get(id) }, upstreams)
  const look = (source: string, name: string): string[] | undefined => zone(source)?.addresses(name)?.map(printAddress)

  beforeEach(() => {
    sandboxes = new Map()
    front = networkOf(recordOf('Front'))
    join(add('app-web-1', { hostname: 'box' }), front, '172.18.0.2', { Aliases: ['Web'] })
    join(add('app-web-2'), front, '172.18.0.3', { Aliases: ['Web'] })
    join(add('asker'), front, '172.18.0.9', { Links: ['/app-web-2:second', 'app-web-1'] })
  })

  it.each([
    ['app-web-1', ['172.18.0.2']],
    ['web', ['172.18.0.2', '172.18.0.3']],
    ['web.front', ['172.18.0.2', '172.18.0.3']],
    ['box', ['172.18.0.2']],
    ['app-web-1111', ['172.18.0.2']],
    ['second', ['172.18.0.3']],
    ['second.front', ['172.18.0.3']],
    ['nobody', undefined],
    ['web.back', undefined],
  ])('answer "%s"', (name, addresses) => {
    expect(look('172.18.0.9', name)).toEqual(addresses)
  })

  it('keep the alias of a link to the one that has the link', () => {
    expect(look('172.18.0.2', 'second')).toBeUndefined()
  })

  it('are unknown to other networks, on the default network and outside', () => {
    join(add('stranger'), networkOf(recordOf('back', { subnet: '172.19.0.0/16', gateway: '172.19.0.1' })), '172.19.0.2')
    const bridge = networkOf(recordOf('bridge', { subnet: '172.17.0.0/16', gateway: '172.17.0.1' }))
    join(add('plain'), bridge, '172.17.0.2')
    join(add('other'), bridge, '172.17.0.3')
    expect(look('172.19.0.2', 'web')).toBeUndefined()
    expect(look('172.17.0.2', 'other')).toBeUndefined()
    expect(zone('127.0.0.1')).toBeUndefined()
    expect(zone('::1')).toBeUndefined()
  })

  it('are those of the first network that has them', () => {
    const back = networkOf(recordOf('back', { subnet: '172.19.0.0/16', gateway: '172.19.0.1' }))
    const both = add('both')
    join(both, back, '172.19.0.2')
    join(both, front, '172.18.0.10')
    join(add('web', {}), back, '172.19.0.3')
    expect(look('172.18.0.10', 'web')).toEqual(['172.19.0.3'])
  })

  it('of addresses carry the network; a free address of it has none; foreign ones are for others', () => {
    const nameOf = (address: string): string | null | undefined =>
      zone('172.18.0.9')?.nameOf(parseAddress(address) ?? 0)
    expect(nameOf('172.18.0.2')).toBe('app-web-1.Front')
    expect(nameOf('172.18.0.77')).toBeNull()
    expect(nameOf('8.8.8.8')).toBeUndefined()
  })

  it("go to the host's servers, or the container's own, and nowhere from internal networks alone", () => {
    expect(zone('172.18.0.9')?.upstreams).toEqual(['192.0.2.53'])
    const dark = networkOf(recordOf('dark', { subnet: '10.5.0.0/24', gateway: '10.5.0.1', body: { Internal: true } }))
    join(add('hidden'), dark, '10.5.0.2')
    expect(zone('10.5.0.2')?.upstreams).toEqual([])
    const own = add('own', { dns: ['9.9.9.9'] })
    join(own, dark, '10.5.0.3')
    join(own, front, '172.18.0.20')
    expect(zone('172.18.0.20')?.upstreams).toEqual(['9.9.9.9'])
  })
})
