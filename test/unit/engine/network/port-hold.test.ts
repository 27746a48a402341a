import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type HoldRequest, holdPort } from '../../../../src/engine/network/port-hold.ts'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
const request = async (more: Partial<HoldRequest> = {}): Promise<HoldRequest> => ({
  protocol: 'tcp',
  hostIp: '127.0.0.1',
  hostPort: await freePort(),
  target: () => undefined,
  ...more,
})

describe('holdPort', () => {
  it.each(['tcp', 'udp'] as const)('keeps others from binding a %s port until it is closed', async (protocol) => {
    const asked = await request({ protocol })
    const held = await holdPort(asked)
    await expect(holdPort(asked)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    held.close()
    await new Promise(setImmediate)
    const again = await holdPort(asked)
    again.close()
  })

  it('rejects for an address that the host does not have', async () => {
    await expect(holdPort(await request({ hostIp: '203.0.113.9' }))).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
  })

  it('forwards connections in both directions, with half-closed ends', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const { port } = echo.address() as AddressInfo
    const asked = await request({ target: () => ({ address: '127.0.0.1', port }) })
    const held = await holdPort(asked)
    const client = connect({ host: '127.0.0.1', port: asked.hostPort, allowHalfOpen: true })
    client.end('hello')
    const chunks: Buffer[] = []
    for await (const chunk of client) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('hello')
    held.close()
    echo.close()
  })

  it('drops connections that lead nowhere', async () => {
    const asked = await request()
    const held = await holdPort(asked)
    const client = connect({ host: '127.0.0.1', port: asked.hostPort })
    client.on('error', () => undefined)
    client.on('data', () => undefined)
    await once(client, 'close')
    expect(client.bytesRead).toBe(0)
    held.close()
  })
})
