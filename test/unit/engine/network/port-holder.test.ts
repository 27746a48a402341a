import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parseSockets, portHolder } from '../../../../src/engine/network/port-holder.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 20 4 30 10 -1
`

describe('the holder of a port', () => {
  it('is found in the table of sockets that listen', () => {
    expect(parseSockets(TABLE, 8080, '0A')).toEqual(['4242'])
    expect(parseSockets(TABLE, 8081, '0A')).toEqual([])
  })

  it('is named with its pid', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await portHolder('tcp', port)).toMatch(new RegExp(`^process ".+" \\(pid ${process.pid}\\) has it$`))
    server.close()
    await once(server, 'close')
    expect(await portHolder('tcp', port)).toBeUndefined()
  })
})
