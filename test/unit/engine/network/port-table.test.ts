import { beforeEach, describe, expect, it } from 'vitest'
import type { PortWish } from '../../../../src/engine/network/port-bindings.ts'
import type { HoldRequest, PortHold } from '../../../../src/engine/network/port-hold.ts'
import { type PortOwner, type PortTable, createPortTable } from '../../../../src/engine/network/port-table.ts'

const wish = (more: Partial<PortWish> = {}): PortWish => ({
  protocol: 'tcp',
  port: 80,
  hostIp: '',
  first: 8080,
  last: 8080,
  ...more,
})
const web: PortOwner = { name: () => 'web', target: () => undefined }
const db: PortOwner = { name: () => 'db', target: () => undefined }

const failing = (code: string): Error => Object.assign(new Error(code), { code })

describe('port table', () => {
  let held: string[]
  /** `ip:port` → the error that binding it gives. */
  let busy: Map<string, Error>
  let table: PortTable

  const hold = async ({ protocol, hostIp, hostPort }: HoldRequest): Promise<PortHold> => {
    const name = `${protocol} ${hostIp}:${hostPort}`
    const error = busy.get(`${hostIp}:${hostPort}`)
    if (error) throw error
    held.push(name)
    return { close: () => void held.splice(held.indexOf(name), 1) }
  }

  beforeEach(() => {
    held = []
    busy = new Map()
    table = createPortTable(hold, async () => [40000, 40003])
  })

  it('holds a port on IPv4 and IPv6 under the same number until it is released', async () => {
    const [port] = await table.reserve([wish()], web)
    expect(port?.hostIps).toEqual(['0.0.0.0', '::'])
    expect(held).toEqual(['tcp 0.0.0.0:8080', 'tcp :::8080'])
    port?.release()
    expect(held).toEqual([])
    await expect(table.reserve([wish()], db)).resolves.toHaveLength(1)
  })

  it('does without IPv6 where the host has none', async () => {
    busy.set(':::8080', failing('EAFNOSUPPORT'))
    expect((await table.reserve([wish()], web))[0]?.hostIps).toEqual(['0.0.0.0'])
  })

  it('names the container that has a port', async () => {
    await table.reserve([wish()], web)
    await expect(table.reserve([wish({ hostIp: '127.0.0.1' })], db)).rejects.toMatchObject({
      code: 'E_NETWORK_PORT_TAKEN',
      message: 'Bind for 127.0.0.1:8080 failed: port is already allocated',
      hint: 'Container "web" has it: stop it, or publish another port',
    })
  })

  it('lets one number be used by two protocols, and on two addresses', async () => {
    await table.reserve([wish({ hostIp: '127.0.0.1' })], web)
    await expect(table.reserve([wish({ hostIp: '127.0.0.2' }), wish({ protocol: 'udp' })], db)).resolves.toHaveLength(2)
  })

  it('takes all ports or none', async () => {
    busy.set('0.0.0.0:8081', failing('EADDRINUSE'))
    await expect(table.reserve([wish(), wish({ first: 8081, last: 8081 })], web)).rejects.toThrow(
      'Bind for 0.0.0.0:8081 failed: port is already allocated',
    )
    expect(held).toEqual([])
    await expect(table.reserve([wish()], db)).resolves.toHaveLength(1)
  })

  it('takes the first free port of a range', async () => {
    busy.set('0.0.0.0:9000', failing('EADDRINUSE'))
    await table.reserve([wish({ first: 9001, last: 9001 })], web)
    const range = wish({ first: 9000, last: 9002 })
    expect((await table.reserve([range], web))[0]?.hostPort).toBe(9002)
    await expect(table.reserve([range], web)).rejects.toThrow(
      'Bind for 0.0.0.0:9000-9002 failed: port is already allocated',
    )
  })

  it('takes ephemeral ports one after another, only such as are free on both families', async () => {
    busy.set(':::40001', failing('EADDRINUSE'))
    const any = wish({ first: 0, last: 0 })
    const ports = await table.reserve([any, any, any], web)
    expect(ports.map(({ hostPort }) => hostPort)).toEqual([40000, 40002, 40003])
    await expect(table.reserve([any], web)).rejects.toMatchObject({ code: 'E_NETWORK_PORT_TAKEN' })
  })

  it('keeps two that reserve at the same time from getting the same port', async () => {
    const any = wish({ first: 0, last: 0 })
    const ports = (await Promise.all([table.reserve([any], web), table.reserve([any], db)])).flat()
    expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(2)
  })

  it('refuses addresses that the host does not have, and udp over IPv6', async () => {
    busy.set('203.0.113.9:8080', failing('EADDRNOTAVAIL'))
    await expect(table.reserve([wish({ hostIp: '203.0.113.9' })], web)).rejects.toThrow(
      'cannot publish on "203.0.113.9": the host does not have this address',
    )
    await expect(table.reserve([wish({ hostIp: '::1', protocol: 'udp' })], web)).rejects.toThrow(
      'only tcp is forwarded from IPv6',
    )
  })

  it('takes over ports of containers that run, also when they cannot be held', async () => {
    busy.set('0.0.0.0:8080', failing('EADDRINUSE'))
    const port = await table.adopt({ protocol: 'tcp', port: 80, hostPort: 8080, hostIps: ['0.0.0.0', '::'] }, web)
    expect(port.hostIps).toEqual(['0.0.0.0', '::'])
    await expect(table.reserve([wish()], db)).rejects.toMatchObject({ hint: expect.stringContaining('"web"') })
    port.release()
    expect(held).toEqual([])
  })
})
