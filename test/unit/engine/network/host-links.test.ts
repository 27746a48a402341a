import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { interfaceAlias, readHostLinks } from '../../../../src/engine/network/host-links.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'links-'))
  for (const name of ['class/br0', 'class/tv1', 'netns/one']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'class/br0/ifalias'), 'tsc-abcdef\n')
  await writeFile(join(folder, 'class/tv1/ifalias'), '\n')
  await symlink('../br0', join(folder, 'class/tv1/master'))
})
afterEach(() => rm(folder, { recursive: true }))

it('reads interfaces with alias and bridge, and the names of namespaces', async () => {
  const { interfaces, namespaces } = await readHostLinks(join(folder, 'netns'), join(folder, 'class'))
  expect(interfaces.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: 'br0', alias: 'tsc-abcdef', master: '' },
    { name: 'tv1', alias: '', master: 'br0' },
  ])
  expect(namespaces).toEqual(['one'])
})

it('tells an interface without alias from none', async () => {
  expect(await interfaceAlias('tv1', join(folder, 'class'))).toBe('')
  expect(await interfaceAlias('eth9', join(folder, 'class'))).toBeUndefined()
})
