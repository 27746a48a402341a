import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Host } from '../../../../src/engine/host/host.ts'
import { ANONYMOUS_LABEL, openVolumes } from '../../../../src/engine/volume/open-volumes.ts'
import type { VolumePart } from '../../../../src/engine/volume/part.ts'

let root = ''
let calls: string[] = []
let users: string[] = []
let events: string[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tsc-volumes-'))
  ;[calls, users, events] = [[], [], []]
})
afterEach(() => rm(root, { recursive: true }))

const refused = (): never => {
  throw new Error('Volumes only mount')
}
const host: Host = {
  run: refused,
  start: refused,
  writeKernelFile: refused,
  close: () => Promise.resolve(),
  mount: async (requests) => {
    for (const { source, type, flags, data } of requests) calls.push(`mount ${source} ${type} ${flags?.join()} ${data}`)
  },
  unmount: async (targets) => void calls.push(...targets.map((target) => `unmount ${target.replace(root, '')}`)),
}
const open = (): Promise<VolumePart> =>
  openVolumes({
    host,
    paths: { root, state: root, tag: '000000' },
    usedBy: () => users,
    emit: ({ Action, Actor }) => events.push(`${Action} ${Actor.ID}`),
  })

it('a volume is made once, known to the next engine, and removed with what is in it', async () => {
  const volumes = await open()
  const made = await volumes.create({ Name: 'data', Labels: { a: '1' } })
  expect(made).toMatchObject({
    Name: 'data',
    Driver: 'local',
    Scope: 'local',
    Mountpoint: join(root, 'volumes/data/_data'),
  })
  expect(await volumes.create({ Name: 'data' })).toEqual(made)
  const next = await open()
  expect(await next.inspect('data')).toEqual(made)
  await next.remove('data')
  expect(existsSync(join(root, 'volumes/data'))).toBe(false)
  await expect(next.inspect('data')).rejects.toMatchObject({
    code: 'E_VOLUME_NOT_FOUND',
    message: 'get data: no such volume',
  })
  expect(events).toEqual(['create data', 'destroy data'])
})

it('two who want the same name at once get the same volume', async () => {
  const volumes = await open()
  const [one, two] = await Promise.all([volumes.ensure('data'), volumes.ensure('data')])
  expect(one).toBe(two)
})

it('what is in use stays, what is missing is removed only by force', async () => {
  const volumes = await open()
  await volumes.create({ Name: 'data' })
  users = ['c1']
  await expect(volumes.remove('data')).rejects.toMatchObject({
    httpStatus: 409,
    message: 'remove data: volume is in use - [c1]',
  })
  await expect(volumes.remove('other')).rejects.toMatchObject({ code: 'E_VOLUME_NOT_FOUND' })
  await volumes.remove('other', { force: true })
})

it.each(['a', '-x', 'a/b', 'a b'])('"%s" is no name', async (Name) => {
  await expect((await open()).create({ Name })).rejects.toMatchObject({ httpStatus: 400 })
})

it('only the local driver is there', async () => {
  await expect((await open()).create({ Name: 'data', Driver: 'nfs' })).rejects.toThrow('plugin "nfs" not found')
})

it('a nameless volume has 64 hex digits, and is anonymous by its label alone', async () => {
  const volumes = await open()
  const { Name } = await volumes.ensure(undefined, { labels: { [ANONYMOUS_LABEL]: '' } })
  expect(Name).toMatch(/^[0-9a-f]{64}$/)
  expect(volumes.isAnonymous(Name)).toBe(true)
  expect(volumes.isAnonymous((await volumes.ensure(undefined)).Name)).toBe(false)
})

it.each([
  [{ type: 'tmpfs', device: 'tmpfs', o: 'size=1m,ro' }, 'mount tmpfs tmpfs ro size=1m'],
  [{ type: 'none', device: '/host', o: 'bind,nosuid' }, 'mount /host  bind,nosuid '],
  [{ type: 'none', device: '/host', o: 'rbind' }, 'mount /host  bind,rec '],
])('options %j are mounted once and unmounted once', async (DriverOpts, mounted) => {
  const volumes = await open()
  await volumes.create({ Name: 'data', DriverOpts })
  await volumes.mount('data')
  await volumes.mount('data')
  await volumes.release('data')
  await volumes.release('data')
  expect(calls).toEqual([mounted, 'unmount /volumes/data/_data'])
})

it('the list has what passes the filters, by name', async () => {
  const volumes = await open()
  await volumes.create({ Name: 'db-data', Labels: { role: 'db' } })
  await volumes.create({ Name: 'cache' })
  const names = async (filters: Record<string, string[]>): Promise<string[]> =>
    (await volumes.list({ filters })).Volumes.map(({ Name }) => Name)
  expect(await names({})).toEqual(['cache', 'db-data'])
  expect(await names({ name: ['^db'] })).toEqual(['db-data'])
  expect(await names({ name: ['('] })).toEqual([])
  expect(await names({ label: ['role=db'] })).toEqual(['db-data'])
  expect(await names({ driver: ['local'] })).toHaveLength(2)
  expect(await names({ dangling: ['true'] })).toHaveLength(2)
  users = ['c1']
  expect(await names({ dangling: ['true'] })).toEqual([])
  await expect(names({ colour: ['red'] })).rejects.toThrow("invalid filter 'colour'")
})
