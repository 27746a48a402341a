import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hostsText, resolvText, writeEtcFile } from '../../../../src/engine/container/etc-files.ts'
import type { EndpointSettings } from '../../../../src/port/containers.ts'
import { container } from './fixtures.ts'

const on = (Networks: Record<string, EndpointSettings>, more: Parameters<typeof container>[0] = {}) =>
  container({ ...more, endpoints: Networks, networkSettings: { ...container().record.networkSettings, Networks } })
    .record

it('the hosts file has localhost, extra hosts, links and own addresses, in this order', () => {
  const record = on(
    { a: { IPAddress: '10.0.0.2', Gateway: '10.0.0.1' }, b: { IPAddress: '10.1.0.2' } },
    {
      config: { Hostname: 'web', Domainname: 'lan' },
      hostConfig: { ExtraHosts: ['far:1.2.3.4', 'six:[::5]', 'up=host-gateway'] },
    },
  )
  expect(
    hostsText({ record, linkLines: ['10.0.0.9\tdb'] })
      .split('\n')
      .slice(6),
  ).toEqual([
    '1.2.3.4\tfar',
    '::5\tsix',
    '10.0.0.1\tup',
    '10.0.0.9\tdb',
    '10.0.0.2\tweb.lan web',
    '10.1.0.2\tweb.lan web',
    '',
  ])
})

it("on the host's network the host's file comes first, and host-gateway is the host itself", () => {
  const record = on({ host: {} }, { hostConfig: { ExtraHosts: ['up:host-gateway'] } })
  expect(hostsText({ record, linkLines: [], hostText: '127.0.0.1\thome\n' })).toBe('127.0.0.1\thome\n127.0.0.1\tup\n')
})

it('resolv.conf has the own search and options; names with dots go out at once on project networks', async () => {
  const hostConfig = { DnsSearch: ['lan'], DnsOptions: ['timeout:1'] }
  expect(await resolvText(on({ project: {} }, { hostConfig }), ['10.0.0.1'])).toBe(
    'nameserver 10.0.0.1\nsearch lan\noptions timeout:1 ndots:0\n',
  )
  expect(await resolvText(on({ bridge: {} }, { hostConfig: { DnsSearch: ['.'] } }), ['1.1.1.1', '9.9.9.9'])).toBe(
    'nameserver 1.1.1.1\nnameserver 9.9.9.9\n',
  )
})

it('a file is written in its place, shorter or longer than before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tsc-etc-'))
  const path = join(folder, 'hosts')
  await writeEtcFile(path, 'first text\n')
  const { ino } = await stat(path)
  await writeEtcFile(path, 'b\n')
  expect(await readFile(path, 'utf8')).toBe('b\n')
  expect((await stat(path)).ino).toBe(ino)
  await rm(folder, { recursive: true })
})
