import { deepEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AttachRequest, Attachment, LiveAttachment } from '../../../src/engine/network/part.ts'
import { type Lab, type Outside, helpers, openLab, openOutside, peer, request, serve, sh, snapshot } from './lab.ts'

const asRoot = process.getuid?.() === 0
if (!asRoot) console.warn('skipped: networks need root')

const addressOn = (attachment: Attachment, network: string): string =>
  attachment.settings.Networks[network]?.IPAddress ?? ''

const live = (asked: AttachRequest, attachment: Attachment): LiveAttachment => ({
  containerId: asked.containerId,
  containerName: asked.containerName,
  hostname: asked.hostname,
  settings: attachment.settings,
})

describe.skipIf(!asRoot)('networks of containers', () => {
  let lab: Lab
  let outside: Outside
  let start: Record<string, unknown>
  let before: Record<string, unknown>
  let ends: (() => Promise<void>)[] = []
  let attached: string[] = []

  /** Attaches all at once, in the order of the requests. */
  const attach = async (...requests: AttachRequest[]): Promise<Attachment[]> => {
    attached.push(...requests.map(({ containerId }) => containerId))
    return Promise.all(requests.map((one) => lab.attach(one)))
  }
  const one = async (asked: AttachRequest): Promise<Attachment> => {
    const [attachment] = await attach(asked)
    if (!attachment) throw new Error('not attached')
    return attachment
  }
  const listen = async (netns: string, port: number, text: string): Promise<void> => {
    ends.push(await serve(netns, port, text))
  }

  beforeAll(async () => {
    start = await snapshot('none')
    lab = await openLab()
    outside = await openOutside(lab.tag)
    await lab.part.create({ Name: 'front' })
    await lab.part.create({ Name: 'back' })
    await lab.part.create({ Name: 'dark', Internal: true })
    await lab.part.create({ Name: 'strangers', Options: { 'com.docker.network.bridge.enable_icc': 'false' } })
  })
  beforeEach(async () => {
    before = await snapshot(lab.tag)
  })
  afterEach(async () => {
    await Promise.all(ends.map((end) => end()))
    await Promise.all(attached.map((id) => lab.part.detach(id)))
    ends = []
    attached = []
    deepEqual(await snapshot(lab.tag), before)
  })
  afterAll(async () => {
    await outside.remove()
    await lab.close()
    deepEqual(await snapshot(lab.tag), start)
    deepEqual(await helpers(), [])
  })

  it('joins the containers of a network and keeps those of another one out', async () => {
    const [a, b, c] = await attach(request('a', { front: {} }), request('b', { front: {} }), request('c', { back: {} }))
    if (!a || !b || !c) throw new Error('not attached')
    await listen(b.netnsPath, 80, 'b')
    expect(await peer(a.netnsPath, 'tcp', addressOn(b, 'front'), '80')).toBe(`b to ${addressOn(a, 'front')}`)
    expect(await peer('', 'tcp', addressOn(b, 'front'), '80')).toMatch(/^b to /)
    expect(await peer(c.netnsPath, 'tcp', addressOn(b, 'front'), '80')).toBe('failed: timeout')
    expect(await peer(outside.netns, 'tcp', addressOn(b, 'front'), '80')).toBe('failed: timeout')
  })

  it('reaches published ports on loopback, over IPv6, from another host, another network and the container itself', async () => {
    const [web, other] = await attach(
      request('web', { front: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } }),
      request('other', { back: {} }),
    )
    if (!web || !other) throw new Error('not attached')
    await listen(web.netnsPath, 80, 'web')
    const port = web.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    expect(web.settings.Ports['80/tcp']).toEqual([
      { HostIp: '0.0.0.0', HostPort: port },
      { HostIp: '::', HostPort: port },
    ])
    expect(await peer('', 'tcp', '127.0.0.1', port)).toMatch(/^web to /)
    expect(await peer('', 'tcp', '::1', port)).toMatch(/^web to /)
    expect(await peer('', 'tcp', outside.gateway, port)).toMatch(/^web to /)
    expect(await peer(outside.netns, 'tcp', outside.gateway, port)).toBe(`web to ${outside.address}`)
    expect(await peer(other.netnsPath, 'tcp', outside.gateway, port)).toMatch(/^web to /)
    expect(await peer(web.netnsPath, 'tcp', outside.gateway, port)).toMatch(/^web to /)
  })

  it('publishes udp ports', async () => {
    const web = await one(
      request('web', { front: {} }, { portBindings: { '53/udp': [{ HostIp: '0.0.0.0', HostPort: '0' }] } }),
    )
    await listen(web.netnsPath, 53, 'udp')
    const port = web.settings.Ports['53/udp']?.[0]?.HostPort ?? ''
    expect(await peer('', 'udp', '127.0.0.1', port)).toMatch(/^udp to /)
    expect(await peer(outside.netns, 'udp', outside.gateway, port)).toBe(`udp to ${outside.address}`)
  })

  it('keeps a port of 127.0.0.1 from other hosts and containers, also when they forge the address', async () => {
    const [web, other] = await attach(
      request('web', { front: {} }, { portBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
      request('other', { back: {} }),
    )
    if (!web || !other) throw new Error('not attached')
    await listen(web.netnsPath, 80, 'web')
    const port = web.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    expect(await peer('', 'tcp', '127.0.0.1', port)).toMatch(/^web to /)
    expect(await peer(outside.netns, 'tcp', outside.gateway, port)).toBe('failed: ECONNREFUSED')
    for (const { netns, gateway } of [
      { netns: outside.netns, gateway: outside.gateway },
      { netns: other.netnsPath, gateway: other.settings.Networks['back']?.Gateway ?? '' },
    ]) {
      await sh(`nsenter --net=${netns} sh -ec '
        ip addr del 127.0.0.1/8 dev lo
        echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
        ip route add 127.0.0.1/32 via ${gateway} dev eth0'`)
      expect(await peer(netns, 'tcp', '127.0.0.1', port)).toMatch(/^failed: (timeout|EINVAL)/)
    }
  })

  it('refuses a port that another container or program has, with its name, and makes nothing', async () => {
    const web = await one(request('web', { front: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } }))
    const port = web.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    const second = request('second', { back: {} }, { portBindings: { '81/tcp': [{ HostIp: '', HostPort: port }] } })
    await expect(lab.part.attach(second)).rejects.toMatchObject({
      code: 'E_NETWORK_PORT_TAKEN',
      message: `Bind for 0.0.0.0:${port} failed: port is already allocated`,
      hint: 'Container "web" has it: stop it, or publish another port',
    })
    const server = createServer().listen(0, '0.0.0.0')
    await once(server, 'listening')
    const address = server.address()
    const taken = String(typeof address === 'object' ? address?.port : '')
    const third = request('third', { back: {} }, { portBindings: { '81/tcp': [{ HostIp: '', HostPort: taken }] } })
    await expect(lab.part.attach(third)).rejects.toMatchObject({
      message: `Bind for 0.0.0.0:${taken} failed: port is already allocated`,
      hint: expect.stringMatching(new RegExp(`^Process ".+" \\(pid ${process.pid}\\) has it`)),
    })
    server.close()
    expect((await readdir('/run/netns')).filter((name) => name.startsWith(`tsc-${lab.tag}`))).toHaveLength(1)
    expect((await lab.part.inspect('back')).Containers).toEqual({})
  })

  it('lets containers out through the address of the host, unless their network is internal', async () => {
    const [open, dark, both] = await attach(
      request('open', { front: {} }),
      request('dark', { dark: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } }),
      request('both', { dark: {}, front: {} }),
    )
    if (!open || !dark || !both) throw new Error('not attached')
    await listen(outside.netns, 99, 'outside')
    await listen(dark.netnsPath, 80, 'dark')
    expect(await peer(open.netnsPath, 'tcp', outside.address, '99')).toBe(`outside to ${outside.gateway}`)
    expect(await peer(both.netnsPath, 'tcp', outside.address, '99')).toBe(`outside to ${outside.gateway}`)
    expect(await peer(both.netnsPath, 'tcp', addressOn(dark, 'dark'), '80')).toBe(`dark to ${addressOn(both, 'dark')}`)
    expect(await peer(dark.netnsPath, 'tcp', outside.address, '99')).toBe('failed: ENETUNREACH')
    const gateway = (await lab.part.inspect('dark')).IPAM.Config[0]?.Gateway ?? ''
    await sh(`nsenter --net=${dark.netnsPath} ip route add default via ${gateway}`)
    expect(await peer(dark.netnsPath, 'tcp', outside.address, '99')).toBe('failed: timeout')
    expect(dark.settings.Ports).toEqual({})
  })

  it('keeps neighbours apart with enable_icc=false', async () => {
    const [a, b] = await attach(request('a', { strangers: {} }), request('b', { strangers: {} }))
    if (!a || !b) throw new Error('not attached')
    await listen(b.netnsPath, 80, 'b')
    expect(await peer(a.netnsPath, 'tcp', addressOn(b, 'strangers'), '80')).toMatch(/^failed: /)
    expect(await peer('', 'tcp', addressOn(b, 'strangers'), '80')).toMatch(/^b to /)
  })

  it('answers names, aliases, links and addresses to those on the network, and passes other names on', async () => {
    ends.push(await serve(outside.netns, 53, '192.0.2.77', 'resolver'))
    const dns = [outside.address]
    const one = request('app-web-1', { front: { Aliases: ['web'] } })
    const two = request('app-web-2', { front: { Aliases: ['web'] } })
    const asker = request('asker', { front: { Links: ['app-web-1:first'] } }, { dns })
    const [a, b, c, d, e] = await attach(
      one,
      two,
      asker,
      request('stranger', { back: {} }, { dns: [] }),
      request('dark', { dark: {} }, { dns }),
    )
    if (!a || !b || !c || !d || !e) throw new Error('not attached')
    const ask = (of: Attachment, name: string, type = 'A'): Promise<string> =>
      peer(of.netnsPath, 'dns', of.nameservers[0] ?? '', name, type)
    const both = [addressOn(a, 'front'), addressOn(b, 'front')].sort().join(' ')
    expect(c.nameservers).toEqual([c.settings.Networks['front']?.Gateway])
    expect(await ask(c, 'web')).toBe(both)
    expect(await ask(c, 'WEB.front')).toBe(both)
    expect(await ask(c, 'app-web-2')).toBe(addressOn(b, 'front'))
    expect(await ask(c, one.containerId.slice(0, 12))).toBe(addressOn(a, 'front'))
    expect(await ask(c, 'first')).toBe(addressOn(a, 'front'))
    expect(await ask(a, 'web', 'AAAA')).toBe('failed: ENODATA')
    expect(await ask(c, addressOn(a, 'front'), 'PTR')).toBe('app-web-1.front')
    expect(await ask(c, 'example.org')).toBe('192.0.2.77')
    expect(await ask(c, 'long.example.org')).toBe('192.0.2.77')
    expect(await ask(e, 'example.org')).toBe('failed: ENOTFOUND')
    expect(await ask(d, 'first.front')).not.toBe(addressOn(a, 'front'))
    lab.part.rename(one.containerId, 'renamed')
    expect(await ask(c, 'renamed')).toBe(addressOn(a, 'front'))
    await lab.part.detach(two.containerId)
    expect(await ask(c, 'web')).toBe(addressOn(a, 'front'))
  })

  it('connects and disconnects a running container', async () => {
    const asked = request('a', { front: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } })
    const [a, b] = await attach(asked, request('b', { back: {} }))
    if (!a || !b) throw new Error('not attached')
    await listen(b.netnsPath, 80, 'b')
    await listen(a.netnsPath, 80, 'a')
    const connected = await lab.part.connect({ ...asked, endpoints: { back: { Aliases: ['also'] } } }, 'back')
    expect(await peer(a.netnsPath, 'tcp', addressOn(b, 'back'), '80')).toBe(`b to ${addressOn(connected, 'back')}`)
    const left = await lab.part.disconnect(asked.containerId, 'front')
    expect(Object.keys(left.settings.Networks)).toEqual(['back'])
    const port = left.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    expect(port).toBe(a.settings.Ports['80/tcp']?.[0]?.HostPort)
    expect(await peer('', 'tcp', '127.0.0.1', port)).toMatch(/^a to /)
    expect(await peer(outside.netns, 'tcp', outside.gateway, port)).toMatch(/^a to /)
  })

  it('takes over what lives after a crash, and removes what nobody owns', async () => {
    const asked = request(
      'kept',
      { front: { Aliases: ['keeper'] } },
      {
        portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] },
      },
    )
    const orphan = request('orphan', { front: {}, back: {} })
    const [kept] = await attach(asked, orphan)
    if (!kept) throw new Error('not attached')
    await listen(kept.netnsPath, 80, 'kept')
    await sh(`nft delete table inet tsc-${lab.tag}`)
    await lab.crash([live(asked, kept)])
    const port = kept.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    expect(await peer(outside.netns, 'tcp', outside.gateway, port)).toMatch(/^kept to /)
    expect(await peer('', 'tcp', '::1', port)).toMatch(/^kept to /)
    expect((await readdir('/run/netns')).filter((name) => name.startsWith(`tsc-${lab.tag}`))).toHaveLength(1)
    const next = await one(request('next', { front: {} }))
    expect(addressOn(next, 'front')).not.toBe(addressOn(kept, 'front'))
    expect(await peer(next.netnsPath, 'dns', next.nameservers[0] ?? '', 'keeper')).toBe(addressOn(kept, 'front'))
    const again = request('again', { back: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: port }] } })
    await expect(lab.part.attach(again)).rejects.toMatchObject({ code: 'E_NETWORK_PORT_TAKEN' })
  })

  it('puts a bridge back that somebody removed', async () => {
    const asked = request('kept', { front: {} })
    const kept = await one(asked)
    await sh(`ip link del ${lab.records.get((await lab.part.inspect('front')).Id)?.bridge}`)
    await lab.crash([live(asked, kept)])
    const next = await one(request('next', { front: {} }))
    await listen(kept.netnsPath, 80, 'kept')
    expect(await peer(next.netnsPath, 'tcp', addressOn(kept, 'front'), '80')).toMatch(/^kept to /)
  })
})
