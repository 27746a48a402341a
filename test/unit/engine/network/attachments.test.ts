import { beforeEach, describe, expect, it } from 'vitest'
import { type Attachments, createAttachments } from '../../../../src/engine/network/attachments.ts'
import type { Network } from '../../../../src/engine/network/model.ts'
import type { PortHold } from '../../../../src/engine/network/port-hold.ts'
import { createPortTable } from '../../../../src/engine/network/port-table.ts'
import { createSweeper } from '../../../../src/engine/network/sweeper.ts'
import { TAG, networkOf, recordOf, requestOf } from './fixtures.ts'

const published = { portBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } }

describe('attachments', () => {
  let jobs: string[]
  let events: string[]
  let held: Set<number>
  let failing: string | undefined
  let networks: Record<string, Network>
  let attachments: Attachments

  beforeEach(() => {
    jobs = []
    events = []
    held = new Set()
    failing = undefined
    const dark = recordOf('dark', { subnet: '10.5.0.0/24', gateway: '10.5.0.1', body: { Internal: true } })
    networks = {
      front: networkOf(recordOf('front')),
      back: networkOf(recordOf('back', { subnet: '172.19.0.0/16', gateway: '172.19.0.1', bridge: 'tscabcdefb2' })),
      dark: networkOf({ ...dark, bridge: 'tscabcdefb3' }),
      bridge: networkOf(recordOf('bridge', { subnet: '172.17.0.0/16', gateway: '172.17.0.1', bridge: 'tscabcdefb0' })),
      host: { ...networkOf(recordOf('host')), driver: 'host', bridge: undefined },
      none: { ...networkOf(recordOf('none')), driver: 'null', bridge: undefined },
    }
    const links = {
      run: async (lines: readonly string[]) => {
        if (failing && lines.some((line) => line.startsWith('netns') && line.includes(failing ?? ''))) {
          throw new Error('refused')
        }
        jobs.push(...lines)
      },
      close: async () => undefined,
    }
    const hold = async ({ hostPort }: { hostPort: number }): Promise<PortHold> => {
      held.add(hostPort)
      return { close: () => void held.delete(hostPort) }
    }
    attachments = createAttachments({
      tag: TAG,
      links,
      sweeper: createSweeper(links),
      ports: createPortTable(hold),
      find: (name) => networks[name] ?? networkOf(recordOf('missing')),
      settle: async () => undefined,
      applyRules: async () => undefined,
      applyForwarding: async () => undefined,
      nameservers: async () => ['127.0.0.53', '192.0.2.53'],
      onChange: (action, { network, containerId }) =>
        void events.push(`${action} ${network.record.name} ${containerId.slice(0, 3)}`),
    })
  })

  it('attach, and detach without a trace', async () => {
    const request = requestOf('web', { front: {} }, published)
    const { netnsPath, settings, nameservers } = await attachments.attach(request)
    expect(netnsPath).toBe('/run/netns/tsc-abcdef-web111111111')
    expect(nameservers).toEqual(['172.18.0.1'])
    expect(settings.Ports).toEqual({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] })
    await attachments.detach(request.containerId)
    await attachments.detach(request.containerId)
    expect(events).toEqual(['connect front web', 'disconnect front web'])
    expect(jobs.slice(-2)).toEqual([
      expect.stringMatching(/^unlink tv.{8} tscabcdefb1$/),
      `unnetns tsc-abcdef-web111111111`,
    ])
    expect([...attachments.all()]).toEqual([])
    expect(held.size).toBe(0)
  })

  it('undo what one container got when the kernel refuses it, and leave the others alone', async () => {
    failing = 'bad'
    const [bad, good] = await Promise.allSettled([
      attachments.attach(requestOf('bad', { front: {} }, published)),
      attachments.attach(requestOf('good', { front: {} })),
    ])
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'refused' } })
    expect(good.status).toBe('fulfilled')
    expect([...attachments.all()].map(({ name }) => name)).toEqual(['good'])
    expect(jobs).toContain('unnetns tsc-abcdef-bad111111111')
    expect(jobs.some((line) => line.startsWith('unlink') && line.includes('tscabcdefb1'))).toBe(false)
    expect(held.size).toBe(0)
    expect(events).toEqual(['connect front goo'])
  })

  it('make nothing for a port that is taken', async () => {
    await attachments.attach(requestOf('web', { front: {} }, published))
    jobs = []
    await expect(attachments.attach(requestOf('db', { back: {} }, published))).rejects.toMatchObject({
      code: 'E_NETWORK_PORT_TAKEN',
    })
    expect(jobs.filter((line) => line.startsWith('netns') || line.startsWith('veth'))).toEqual([])
    expect(networks['back']?.endpoints.size).toBe(0)
  })

  it('stop when they are aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(attachments.attach(requestOf('web', { front: {} }), { signal })).rejects.toThrow('enough')
    expect([...attachments.all()]).toEqual([])
  })

  it.each([
    ['host', {}, '', ['127.0.0.53', '192.0.2.53']],
    ['none', {}, '/run/netns/tsc-abcdef-web111111111', []],
    ['bridge', {}, '/run/netns/tsc-abcdef-web111111111', ['192.0.2.53']],
    ['bridge', { dns: ['9.9.9.9'] }, '/run/netns/tsc-abcdef-web111111111', ['9.9.9.9']],
    ['front', { dns: ['9.9.9.9'] }, '/run/netns/tsc-abcdef-web111111111', ['172.18.0.1']],
  ])('give a container on %s with %j its namespace and name servers', async (network, more, netnsPath, nameservers) => {
    const attachment = await attachments.attach(requestOf('web', { [network]: {} }, more))
    expect(attachment).toMatchObject({ netnsPath, nameservers })
  })

  it('connect and disconnect, and move published ports to a network that leads out', async () => {
    const request = requestOf('web', { dark: {} }, published)
    const dark = await attachments.attach(request)
    expect(dark.settings.Ports).toEqual({})
    const both = await attachments.connect({ ...request, endpoints: { front: { Aliases: ['www'] } } }, 'front')
    expect(both.settings.Networks['front']).toMatchObject({ Aliases: ['www'], IPAddress: '172.18.0.2' })
    expect(both.settings.Ports).toEqual({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] })
    expect(jobs).toContain('route tsc-abcdef-web111111111 eth1 172.18.0.1')
    const left = await attachments.disconnect(request.containerId, 'front')
    expect(Object.keys(left.settings.Networks)).toEqual(['dark'])
    expect(held.size).toBe(0)
  })

  it('refuse to connect twice, with host or none, or when nothing runs', async () => {
    const request = requestOf('web', { front: {} })
    await expect(attachments.connect(request, 'front')).rejects.toMatchObject({ code: 'E_NETWORK_NOT_ATTACHED' })
    await attachments.attach(request)
    await expect(attachments.connect(request, 'front')).rejects.toThrow(
      'endpoint with name web already exists in network front',
    )
    await expect(attachments.connect(request, 'none')).rejects.toMatchObject({ code: 'E_NETWORK_INVALID' })
    await expect(attachments.disconnect(request.containerId, 'back')).rejects.toThrow(
      /is not connected to network back/,
    )
  })
})
