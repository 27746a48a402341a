import { chmod, lstat, mkdir, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chainIds } from '../../../src/spec/chain-id.ts'
import type { Digest } from '../../../src/spec/digest.ts'
import { sha256 } from '../../../src/spec/sha256.ts'
import { writeTar } from '../../../src/lib/tar/write-tar.ts'
import { type Workshop, mountsBelow, openWorkshop } from '../../support/images/workshop.ts'
import { collect, file, folder, hardlink, symlink as link } from '../../support/layers/tar-entry.ts'

let shop: Workshop
let base: Digest

beforeAll(async () => {
  shop = await openWorkshop()
  const entries = [folder('etc'), file('etc/passwd', 'root:x:0:0::/:/bin/sh\n'), file('f', 'base'), file('gone', 'x')]
  base = (await shop.snapshots.import(writeTar([...entries, folder('d'), file('d/inner', 'x')]))).diffId
})

afterAll(async () => {
  await shop[Symbol.asyncDispose]()
})

describe('a snapshot', () => {
  it('is the image with a folder of its own on top', async () => {
    const { snapshots } = shop
    await snapshots.prepare('one', [base])
    await snapshots.prepare('two', [base])
    const [one, two] = [await snapshots.mount('one'), await snapshots.mount('two')]
    await writeFile(join(one, 'f'), 'changed')
    expect(await readFile(join(one, 'f'), 'utf8')).toBe('changed')
    expect(await readFile(join(two, 'f'), 'utf8')).toBe('base')
    expect(await snapshots.usage('one')).toBe(7)
    expect(await snapshots.usage('two')).toBe(0)
    await snapshots.remove('one')
    await snapshots.remove('two')
    expect(await mountsBelow(shop.paths.state)).toEqual([])
  })

  it('is mounted once, however often it is asked for', async () => {
    const { snapshots, paths } = shop
    await snapshots.prepare('c', [base])
    const roots = await Promise.all([snapshots.mount('c'), snapshots.mount('c'), snapshots.mount('c')])
    expect(new Set(roots).size).toBe(1)
    expect(await mountsBelow(paths.state)).toEqual([roots[0]])
    await snapshots.unmount('c')
    await snapshots.unmount('c')
    expect(await mountsBelow(paths.state)).toEqual([])
    await snapshots.remove('c')
    await snapshots.remove('c')
  })

  it('has the mode of the image on its root', async () => {
    const { snapshots } = shop
    const { diffId } = await snapshots.import(writeTar([folder('./', { mode: 0o711, uid: 3 })]))
    await snapshots.prepare('c', [diffId])
    expect(await lstat(await snapshots.mount('c'))).toMatchObject({ mode: 0o40711, uid: 3 })
    await snapshots.remove('c')
  })

  it('is found again, mounted as it was, after the engine was killed', async () => {
    await shop.snapshots.prepare('survivor', [base], { init: true })
    const root = await shop.snapshots.mount('survivor')
    await writeFile(join(root, 'f'), 'kept')
    shop = await shop.reopen()
    expect(await shop.snapshots.ids()).toEqual(['survivor'])
    expect(await shop.snapshots.mount('survivor')).toBe(root)
    expect(await mountsBelow(shop.paths.state)).toEqual([root])
    expect(await readFile(join(root, 'f'), 'utf8')).toBe('kept')
    await shop.snapshots.unmount('survivor')
    expect(await readFile(join(await shop.snapshots.mount('survivor'), 'f'), 'utf8')).toBe('kept')
    await shop.snapshots.remove('survivor')
  })

  it('stands on as many layers as an image may have', async () => {
    const { snapshots } = shop
    const diffIds: Digest[] = []
    for (let i = 0; i < 120; i++) {
      const parent = chainIds(diffIds).at(-1)
      const layer = await snapshots.import(writeTar([file(`f${i}`, String(i))]), parent ? { parent } : {})
      diffIds.push(layer.diffId)
    }
    await snapshots.prepare('deep', diffIds, { init: true })
    const root = await snapshots.mount('deep')
    expect(await readFile(join(root, 'f0'), 'utf8')).toBe('0')
    expect(await readFile(join(root, 'f119'), 'utf8')).toBe('119')
    await snapshots.remove('deep')
  })

  it('cannot be made of a layer that is not there', async () => {
    await expect(shop.snapshots.prepare('c', [sha256('nothing')])).rejects.toMatchObject({
      code: 'E_IMAGE_LAYER_MISSING',
    })
    expect(await shop.snapshots.ids()).toEqual([])
  })

  it('is deleted without following what is in it', async () => {
    const { snapshots, paths } = shop
    const outside = join(paths.root, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'precious'), 'x')
    await snapshots.prepare('c', [base])
    const root = await snapshots.mount('c')
    await symlink(outside, join(root, 'out'))
    await snapshots.remove('c')
    expect(await readdir(outside)).toEqual(['precious'])
  })
})

describe('the init layer', () => {
  it('takes every symlink out of the way of what a runtime mounts', async () => {
    const { snapshots, paths } = shop
    const outside = join(paths.root, 'host')
    await mkdir(outside)
    const hostile = ['dev', 'proc', 'sys', 'etc'].map((name) => link(name, outside))
    const { diffId } = await snapshots.import(writeTar(hostile))
    await snapshots.prepare('c', [diffId], { init: true })
    const root = await snapshots.mount('c')
    for (const name of ['dev', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc']) {
      expect((await lstat(join(root, name))).isDirectory()).toBe(true)
    }
    for (const name of ['dev/console', 'etc/hosts', 'etc/hostname', 'etc/resolv.conf']) {
      expect((await lstat(join(root, name))).isFile()).toBe(true)
    }
    expect(await readlink(join(root, 'etc/mtab'))).toBe('/proc/mounts')
    expect(await readdir(outside)).toEqual([])
    await snapshots.remove('c')
  })

  it('leaves folders and files as the image has them', async () => {
    const { snapshots } = shop
    const entries = [
      folder('etc', { mode: 0o750, gid: 7 }),
      file('etc/hosts', 'mine'),
      link('etc/hostname', '/etc/passwd'),
    ]
    const { diffId } = await snapshots.import(writeTar(entries))
    await snapshots.prepare('c', [diffId], { init: true })
    const root = await snapshots.mount('c')
    expect(await lstat(join(root, 'etc'))).toMatchObject({ mode: 0o40750, gid: 7 })
    expect(await readFile(join(root, 'etc/hosts'), 'utf8')).toBe('mine')
    expect(await readFile(join(root, 'etc/hostname'), 'utf8')).toBe('')
    await snapshots.remove('c')
  })

  it('is not part of what is committed', async () => {
    const { snapshots } = shop
    await snapshots.prepare('c', [base], { init: true })
    await writeFile(join(await snapshots.mount('c'), 'new'), 'x')
    const { diffId } = await snapshots.commit('c')
    const chain = chainIds([base, diffId])
    const tar = (await collect(snapshots.archive(chain[1] ?? base))).toString('latin1')
    expect(tar).toContain('new')
    expect(tar).not.toContain('resolv.conf')
  })
})

describe('a committed snapshot', () => {
  it('is a layer that says what was added, changed and deleted', async () => {
    const { snapshots } = shop
    await snapshots.prepare('c', [base])
    const root = await snapshots.mount('c')
    await writeFile(join(root, 'f'), 'changed')
    await chmod(join(root, 'f'), 0o4755)
    await rm(join(root, 'gone'))
    await rm(join(root, 'd'), { recursive: true })
    await mkdir(join(root, 'd'))
    const { diffId, size } = await snapshots.commit('c', { timestamp: 1000 })
    expect(size).toBe(7)
    const chainId = chainIds([base, diffId])[1] ?? base
    expect(sha256(await collect(snapshots.archive(chainId)))).toBe(diffId)
    const { stdout } = await shop.host.run('tar', ['-t', '-v', '--numeric-owner', '-f', '-'], {
      input: await collect(snapshots.archive(chainId)),
    })
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.split(/ +/))
    expect(rows.map((row) => [row[0], row[5]])).toEqual([
      ['drwxr-xr-x', 'd/'],
      ['-rw-r--r--', 'd/.wh..wh..opq'],
      ['-rwsr-xr-x', 'f'],
      ['-rw-r--r--', '.wh.gone'],
    ])
    expect(rows.every((row) => row[3] === '1970-01-01')).toBe(true)
    await snapshots.prepare('c', [base, diffId])
    const again = await snapshots.mount('c')
    expect(await readdir(join(again, 'd'))).toEqual([])
    expect(await readdir(again)).toEqual(['d', 'etc', 'f'])
    await snapshots.remove('c')
  })

  it('has the same digest as the same change made again', async () => {
    const { snapshots } = shop
    const digests: Digest[] = []
    for (const id of ['first', 'second']) {
      await snapshots.prepare(id, [base])
      await writeFile(join(await snapshots.mount(id), 'z'), 'x')
      digests.push((await snapshots.commit(id, { timestamp: 5 })).diffId)
    }
    expect(digests[0]).toBe(digests[1])
  })

  it('unpacks elsewhere to the same files', async () => {
    await using other = await openWorkshop()
    const entries = [file('a', 'x', { mode: 0o4755, uid: 5, gid: 6 }), hardlink('b', 'a'), link('c', '/nowhere')]
    const { diffId } = await shop.snapshots.import(writeTar(entries))
    await other.snapshots.unpack(() => shop.snapshots.archive(diffId), { diffId })
    await other.snapshots.prepare('c', [diffId])
    const root = await other.snapshots.mount('c')
    expect(await lstat(join(root, 'a'))).toMatchObject({ mode: 0o104755, uid: 5, gid: 6, nlink: 2, mtimeMs: 1e9 })
    expect(await readlink(join(root, 'c'))).toBe('/nowhere')
    expect(await lstat(root)).toMatchObject({ mode: 0o40755 })
  })
})

describe('a layer', () => {
  it('that a snapshot or another layer stands on stays', async () => {
    const { snapshots } = shop
    const below = (await snapshots.import(writeTar([file('below', 'x')]))).diffId
    const above = await snapshots.import(writeTar([file('above', 'x')]), { parent: below })
    const [, top = below] = chainIds([below, above.diffId])
    expect(await snapshots.removeLayer(below)).toBe(false)
    await snapshots.prepare('c', [below, above.diffId])
    expect(await snapshots.removeLayer(top)).toBe(false)
    await snapshots.remove('c')
    expect(await snapshots.removeLayer(top)).toBe(true)
    expect(await snapshots.removeLayer(below)).toBe(true)
    expect(await snapshots.hasLayer(below)).toBe(false)
    expect(await readdir(join(shop.paths.root, 'snapshots/l'))).not.toContain(below.slice(7, 17))
  })

  it('whose content is not what its digest says leaves nothing', async () => {
    const { snapshots, paths } = shop
    const layer = { diffId: sha256('something else') }
    await expect(snapshots.unpack(() => writeTar([file('f', 'x')]), layer)).rejects.toMatchObject({
      code: 'E_IMAGE_DIGEST',
    })
    expect(await snapshots.hasLayer(layer.diffId)).toBe(false)
    expect(await readdir(join(paths.root, 'snapshots/ingest'))).toEqual([])
    expect(await readdir(join(paths.root, 'snapshots/trash'))).toEqual([])
  })

  it('is unpacked once when it is asked for twice at a time', async () => {
    const { snapshots } = shop
    const archive = await collect(writeTar([file('once', 'x')]))
    let opened = 0
    const open = async function* (): AsyncGenerator<Uint8Array> {
      opened += 1
      yield archive
    }
    const diffId = sha256(archive)
    await Promise.all([snapshots.unpack(open, { diffId }), snapshots.unpack(open, { diffId })])
    expect(opened).toBe(1)
  })

  it('that was half made when the engine was killed is swept', async () => {
    const { paths } = shop
    await mkdir(join(paths.root, 'snapshots/ingest/half/fs'), { recursive: true })
    await mkdir(join(paths.root, `snapshots/layers/${'0'.repeat(64)}/fs`), { recursive: true })
    shop = await shop.reopen()
    expect(await readdir(join(paths.root, 'snapshots/ingest'))).toEqual([])
    expect(await readdir(join(paths.root, 'snapshots/layers'))).not.toContain('0'.repeat(64))
    expect(await shop.snapshots.hasLayer(base)).toBe(true)
  })
})
