import { describe, expect, it } from 'vitest'
import { filterLayer } from '../../../../src/engine/snapshot/layer-filter.ts'
import { readTar } from '../../../../src/lib/tar/read-tar.ts'
import type { TarHeader } from '../../../../src/lib/tar/tar-header.ts'
import type { TarSource } from '../../../../src/lib/tar/write-tar.ts'
import { hostileLayers } from '../../../support/layers/hostile-layers.ts'
import { archiveOf, chopped, device, file, folder, hardlink, symlink } from '../../../support/layers/tar-entry.ts'

const filtered = async (
  entries: readonly TarSource[],
  options: Parameters<typeof filterLayer>[1] = {},
): Promise<TarHeader[]> => {
  const found: TarHeader[] = []
  const archive = chopped(await archiveOf(entries))
  for await (const { header } of filterLayer(readTar(archive, { encoding: 'latin1' }), options)) found.push(header)
  return found
}

const names = async (entries: readonly TarSource[]): Promise<string[]> =>
  (await filtered(entries)).map(({ name, type }) => `${type} ${name}`)

const OUTWARD = /^\/|(?:^|\/)\.\.(?:\/|$)/

describe('hostile layers', () => {
  const layers = hostileLayers('/outside')

  for (const { title, entries, refused } of layers.filter((layer) => layer.refused !== undefined)) {
    it(`with ${title} are refused`, async () => {
      await expect(filtered(entries)).rejects.toThrow(refused)
    })
  }

  for (const { title, entries } of layers.filter((layer) => layer.refused === undefined)) {
    it(`with ${title} stay inside`, async () => {
      const found = await filtered(entries)
      const links = found.filter(({ type }) => type === 'link').map(({ linkname }) => linkname ?? '')
      expect([...found.map(({ name }) => name), ...links].filter((name) => OUTWARD.test(name))).toEqual([])
    })
  }
})

describe('entries', () => {
  it('get the parents that the archive leaves out', async () => {
    expect(await names([file('a/b/c', 'x'), file('a/d', 'x')])).toEqual([
      'directory a',
      'directory a/b',
      'file a/b/c',
      'file a/d',
    ])
  })

  it('lose dots and slashes around their names', async () => {
    expect(await names([folder('./'), folder('./a/'), file('/a//b', 'x')])).toEqual([
      'directory ./',
      'directory a',
      'file a/b',
    ])
  })

  it('go where a symlink of the same layer leads', async () => {
    expect(await names([symlink('var/run', '/run'), file('var/run/x', 'x')])).toEqual([
      'directory var',
      'symlink var/run',
      'directory run',
      'file run/x',
    ])
  })

  it('keep devices and hard links, whose targets follow symlinks as well', async () => {
    const [, , , link, node] = await filtered([
      symlink('l', 'd'),
      file('d/f', 'x'),
      hardlink('h', 'l/f'),
      device('null', 1, 3),
    ])
    expect(link).toMatchObject({ name: 'h', linkname: 'd/f' })
    expect(node).toMatchObject({ type: 'char', devMajor: 1, devMinor: 3 })
  })

  it('are counted', async () => {
    const totals = { size: 0, entries: 0 }
    await filtered([file('a', 'four'), file('b', 'sixsix')], { totals })
    expect(totals).toEqual({ size: 10, entries: 2 })
  })
})

describe('whiteouts', () => {
  it('become character devices 0:0', async () => {
    expect(await filtered([file('d/.wh.gone')])).toMatchObject([
      { name: 'd', type: 'directory' },
      { name: 'd/gone', type: 'char', devMajor: 0, devMinor: 0 },
    ])
  })

  it('of a file that the layer holds itself do nothing', async () => {
    expect(await names([file('f', 'x'), file('.wh.f')])).toEqual(['file f'])
  })

  const opaque = (header: TarHeader | undefined): string | undefined =>
    header?.xattrs?.get('trusted.overlay.opaque')?.toString()

  it('make a folder of the same layer opaque, whichever comes first', async () => {
    expect(opaque((await filtered([folder('d'), file('.wh.d')])).at(-1))).toBe('y')
    expect(opaque((await filtered([file('.wh.d'), folder('d')])).at(-1))).toBe('y')
  })

  it('of all that a folder has below become its attribute, without losing its mode', async () => {
    const [first, again] = await filtered([folder('d', { mode: 0o700, uid: 5 }), file('d/.wh..wh..opq')])
    expect(opaque(first)).toBeUndefined()
    expect(again).toMatchObject({ name: 'd', mode: 0o700, uid: 5 })
    expect(opaque(again)).toBe('y')
  })

  it('that only aufs knew are skipped', async () => {
    expect(await names([file('.wh..wh.plnk'), file('f', 'x')])).toEqual(['file f'])
  })

  it('are plain files in an archive that is no layer', async () => {
    const found = await filtered([file('.wh.f', 'x')], { whiteouts: false })
    expect(found).toMatchObject([{ name: '.wh.f', type: 'file' }])
  })
})
