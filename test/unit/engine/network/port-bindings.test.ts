import { describe, expect, it } from 'vitest'
import { parsePort, portMap, portWishes } from '../../../../src/engine/network/port-bindings.ts'
import type { PortMap } from '../../../../src/port/containers.ts'

const wishes = (bindings: PortMap, more: { exposed?: string[]; publishAll?: boolean; hostBinding?: string } = {}) =>
  portWishes(bindings, { exposed: [], publishAll: false, ...more })
const bound = (HostIp: string, HostPort: string): PortMap => ({ '80/tcp': [{ HostIp, HostPort }] })

describe('port bindings', () => {
  it.each([
    ['', '8080', { hostIp: '', first: 8080, last: 8080 }],
    ['0.0.0.0', '', { hostIp: '0.0.0.0', first: 0, last: 0 }],
    ['127.0.0.1', '0', { hostIp: '127.0.0.1', first: 0, last: 0 }],
    ['', '9000-9002', { hostIp: '', first: 9000, last: 9002 }],
    ['[::1]', '80', { hostIp: '::1', first: 80, last: 80 }],
  ])('reads host address "%s" and port "%s"', (ip, port, expected) => {
    expect(wishes(bound(ip, port))).toEqual([{ protocol: 'tcp', port: 80, ...expected }])
  })

  it.each([
    ['here', '80', 'invalid host address "here"'],
    ['', 'http', 'invalid host port "http"'],
    ['', '9002-9000', 'invalid host port "9002-9000"'],
    ['', '65536', 'invalid host port "65536"'],
  ])('refuses host address "%s" and port "%s"', (ip, port, message) => {
    expect(() => wishes(bound(ip, port))).toThrow(message)
  })

  it('reads container ports with and without protocol', () => {
    expect(parsePort('53/UDP')).toEqual({ port: 53, protocol: 'udp' })
    expect(parsePort('80')).toEqual({ port: 80, protocol: 'tcp' })
    for (const wrong of ['0/tcp', '65536', 'http', '80/icmp', '80-81/tcp'])
      expect(() => parsePort(wrong)).toThrow(wrong)
  })

  it('publishes every exposed port that has no binding, when all are to be', () => {
    const list = wishes(bound('', '8080'), { exposed: ['80', '443/tcp', '53/udp'], publishAll: true })
    expect(list.map(({ port, protocol, first }) => `${port}/${protocol} ${first}`)).toEqual([
      '80/tcp 8080',
      '443/tcp 0',
      '53/udp 0',
    ])
    expect(wishes({ '80/tcp': null }, { exposed: ['80/tcp'] })).toEqual([])
  })

  it("takes the network's host address where the binding has none", () => {
    expect(wishes(bound('', '80'), { hostBinding: '127.0.0.1' })[0]?.hostIp).toBe('127.0.0.1')
    expect(wishes(bound('10.0.0.1', '80'), { hostBinding: '127.0.0.1' })[0]?.hostIp).toBe('10.0.0.1')
  })

  it('prints what was chosen, and null for what is only exposed', () => {
    const release = (): void => undefined
    const map = portMap(
      [
        { protocol: 'tcp', port: 80, hostPort: 8080, hostIps: ['0.0.0.0', '::'], release },
        { protocol: 'tcp', port: 80, hostPort: 8081, hostIps: ['127.0.0.1'], release },
      ],
      ['80/tcp', '443'],
    )
    expect(map).toEqual({
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
        { HostIp: '127.0.0.1', HostPort: '8081' },
      ],
      '443/tcp': null,
    })
  })
})
