import { describe, expect, it } from 'vitest'
import { printAddress } from '../../../../src/engine/network/addresses.ts'
import type { Network } from '../../../../src/engine/network/model.ts'
import { addEndpoint, newSandbox, removeEndpoint, wantedNetworks } from '../../../../src/engine/network/sandbox-plan.ts'
import type { EndpointSettings } from '../../../../src/port/containers.ts'
import { TAG, networkOf, recordOf, requestOf, sandboxOf } from './fixtures.ts'

const front = networkOf(recordOf('front'))
const back = networkOf(recordOf('back'))
const none: Network = { ...networkOf(recordOf('none')), driver: 'null', bridge: undefined }
const find = (name: string): Network => [front, back, none].find(({ record }) => name === record.name) ?? front
const wanted = (endpoints: Record<string, EndpointSettings>): string[] =>
  wantedNetworks(endpoints, find).map(({ network }) => network.record.name)

describe('the plan of a sandbox', () => {
  it('keeps the order of the networks but for the gateway priority', () => {
    expect(wanted({ front: {}, back: {} })).toEqual(['front', 'back'])
    expect(wanted({ front: {}, back: { GwPriority: 1 } })).toEqual(['back', 'front'])
    expect(wanted({ front: {}, [front.record.id]: {} })).toEqual(['front'])
  })

  it('refuses none together with another network', () => {
    expect(() => wanted({ front: {}, none: {} })).toThrow(
      'container cannot be connected to multiple networks with one of the networks in none mode',
    )
    expect(wanted({ none: {} })).toEqual(['none'])
  })

  it('names the namespace by the engine and the container, and makes none on the host network', () => {
    const host: Network = { ...none, driver: 'host' }
    expect(newSandbox(requestOf('web', {}), [], TAG).netns).toBe('tsc-abcdef-web111111111')
    expect(newSandbox(requestOf('web', {}), [{ network: host, asked: {} }], TAG).netns).toBe('')
  })

  it('gives cards addresses, names and MAC addresses that are free', () => {
    const network = networkOf(recordOf('net'))
    const [web, db] = [sandboxOf('web'), sandboxOf('db')]
    const first = addEndpoint(web, { network, asked: {} })
    const second = addEndpoint(web, { network: networkOf(recordOf('other')), asked: {} })
    const third = addEndpoint(db, { network, asked: {} })
    expect([first, second].map(({ device }) => device)).toEqual(['eth0', 'eth1'])
    expect([first, third].map(({ address }) => printAddress(address ?? 0))).toEqual(['172.18.0.2', '172.18.0.3'])
    expect(third.mac).toBe('02:42:ac:12:00:03')
    expect(first.link).toBe(`tv${first.id.slice(0, 8)}`)
    removeEndpoint(web, first)
    expect(network.endpoints.has(web.containerId)).toBe(false)
    expect(addEndpoint(web, { network, asked: {} }).device).toBe('eth0')
  })

  it('takes a MAC address that is asked for, and not the one that came with the last address', () => {
    const mac = (asked: EndpointSettings): string =>
      addEndpoint(sandboxOf('web'), { network: networkOf(recordOf('net')), asked }).mac
    expect(mac({ MacAddress: '02:42:AC:11:65:43' })).toBe('02:42:ac:11:65:43')
    expect(mac({ MacAddress: '02:42:ac:12:00:09', IPAddress: '172.18.0.9' })).toBe('02:42:ac:12:00:09')
    expect(mac({ MacAddress: '02:42:ac:13:00:09', IPAddress: '172.19.0.9' })).toBe('02:42:ac:12:00:02')
    expect(() => mac({ MacAddress: '01:00:5e:00:00:01' })).toThrow('invalid MAC address')
    expect(() => mac({ MacAddress: 'x' })).toThrow('invalid MAC address "x"')
  })
})
