import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  hostNameservers,
  parseNameservers,
  reachableNameservers,
} from '../../../../../src/engine/network/dns/resolv-conf.ts'

describe('resolv.conf', () => {
  it('gives the servers of its nameserver lines', () => {
    const text = '# nameserver 1.1.1.1\nsearch x\nnameserver 192.0.2.1\n nameserver\tfe80::1%eth0\nnameserver nobody\n'
    expect(parseNameservers(text)).toEqual(['192.0.2.1', 'fe80::1%eth0'])
  })

  it('is read, and may be missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resolv-'))
    await writeFile(join(folder, 'resolv.conf'), 'nameserver 192.0.2.1\n')
    expect(await hostNameservers(join(folder, 'resolv.conf'))()).toEqual(['192.0.2.1'])
    expect(await hostNameservers(join(folder, 'missing'))()).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('gives containers no loopback servers, and public ones when nothing is left', () => {
    expect(reachableNameservers(['127.0.0.53', '192.0.2.1', '::1'])).toEqual(['192.0.2.1'])
    expect(reachableNameservers(['127.0.0.53'])).toEqual(['8.8.8.8', '8.8.4.4'])
  })
})
