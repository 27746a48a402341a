import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { tryPort } from '../../../src/engine/try-port.ts'

it('says who has a port, and gives a free one back', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const wanted = { ip: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, protocol: 'tcp' }
  expect(await tryPort(wanted)).toMatchObject({
    code: 'E_NETWORK_PORT_TAKEN',
    message: `Bind for 127.0.0.1:${wanted.port} failed: port is already allocated`,
    hint: expect.stringContaining(`(pid ${process.pid}) has it`),
  })
  server.close()
  await once(server, 'close')
  expect(await tryPort(wanted)).toBeUndefined()
  expect(await tryPort(wanted)).toBeUndefined()
})

it('says that an address is none of this host', async () => {
  expect(await tryPort({ ip: '192.0.2.1', port: 8080, protocol: 'tcp' })).toMatchObject({
    code: 'E_NETWORK_PORT_INVALID',
  })
})
