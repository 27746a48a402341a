import { execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/spec/sha256.ts'
import { type Workshop, openWorkshop } from '../../support/images/workshop.ts'
import { hostileLayers } from '../../support/layers/hostile-layers.ts'
import { archiveOf, chopped, file, folder, symlink } from '../../support/layers/tar-entry.ts'

let shop: Workshop
/** Where hostile layers want to get to, with a file that they may neither read nor change. */
let outside: string

beforeAll(async () => {
  shop = await openWorkshop()
  outside = join(shop.paths.root, 'outside')
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'secret')
})
afterAll(() => shop[Symbol.asyncDispose]())

const layersOnDisk = (): Promise<string[]> => readdir(join(shop.paths.root, 'snapshots/layers'))
const ingest = (): Promise<string[]> => readdir(join(shop.paths.root, 'snapshots/ingest'))

/** What is left of a layer, whether it was unpacked or not: nothing but itself, and the host as it was. */
const expectNothingElse = async (): Promise<void> => {
  expect(await ingest()).toEqual([])
  expect(await readdir(outside)).toEqual(['secret'])
  const facts = execFileSync('stat', ['-c', '%a %u %h', outside, join(outside, 'secret')], { encoding: 'utf8' })
  expect(facts).toBe('755 0 2\n644 0 1\n')
}

describe('hostile layers', () => {
  // Their titles are known before the folder is that they want to reach.
  const titles = (isRefused: boolean): string[] =>
    hostileLayers('/').flatMap(({ title, refused }) => ((refused !== undefined) === isRefused ? title : []))
  const layerOf = (title: string) => {
    const layer = hostileLayers(outside).find((candidate) => candidate.title === title)
    if (!layer) throw new Error(`there is no layer with ${title}`)
    return layer
  }

  for (const title of titles(true)) {
    it(`with ${title} leave nothing`, async () => {
      const { entries, refused } = layerOf(title)
      const archive = await archiveOf(entries)
      const before = await layersOnDisk()
      const unpacking = shop.snapshots.unpack(() => chopped(archive), { diffId: sha256(archive) })
      await expect(unpacking).rejects.toMatchObject({
        code: 'E_IMAGE_LAYER',
        message: expect.stringContaining(refused ?? ''),
      })
      expect(await layersOnDisk()).toEqual(before)
      await expectNothingElse()
    })
  }

  for (const title of titles(false)) {
    it(`with ${title} are unpacked, harmlessly`, async () => {
      const { entries, holds } = layerOf(title)
      const archive = await archiveOf(entries)
      const diffId = sha256(archive)
      await shop.snapshots.unpack(() => chopped(archive), { diffId })
      const fs = join(shop.paths.root, 'snapshots/layers', diffId.slice(7), 'fs')
      const texts = Object.keys(holds ?? {}).map(async (path) => [path, await readFile(join(fs, path), 'utf8')])
      expect(Object.fromEntries(await Promise.all(texts))).toEqual(holds ?? {})
      await expectNothingElse()
    })
  }
})

describe('layers in every packing', () => {
  const packers = {
    plain: (bytes: Buffer) => bytes,
    gzip: (bytes: Buffer) => gzipSync(bytes),
    zstd: (bytes: Buffer) => execFileSync('zstd', ['-q', '-c'], { input: bytes }),
    xz: (bytes: Buffer) => execFileSync('xz', ['-c'], { input: bytes }),
    bzip2: (bytes: Buffer) => execFileSync('bzip2', ['-c'], { input: bytes }),
  }
  for (const [name, pack] of Object.entries(packers)) {
    it(`are unpacked: ${name}`, async () => {
      const archive = await archiveOf([file(name, 'text')])
      const diffId = sha256(archive)
      await shop.snapshots.unpack(() => chopped(pack(archive)), { diffId })
      expect(await readFile(join(shop.paths.root, 'snapshots/layers', diffId.slice(7), 'fs', name), 'utf8')).toBe(
        'text',
      )
    })
  }

  it('are refused when they are damaged', async () => {
    const archive = await archiveOf([file('f', 'x'.repeat(5000))])
    const packed = gzipSync(archive).subarray(0, -20)
    const unpacking = shop.snapshots.unpack(() => chopped(packed), { diffId: sha256(archive) })
    await expect(unpacking).rejects.toMatchObject({ code: 'E_IMAGE_LAYER' })
    expect(await ingest()).toEqual([])
  })

  it('are refused when they are bombs', async () => {
    const block = Buffer.alloc(1 << 20)
    const bomb = async function* (): AsyncGenerator<Uint8Array> {
      const [header] = [(await archiveOf([file('bomb', '', { size: 4 * 1024 ** 3 })])).subarray(0, 512)]
      yield header
      for (let i = 0; i < 4096; i++) yield block
    }
    const unpacking = shop.snapshots.unpack(bomb, { diffId: sha256('bomb'), packedSize: 4_000_000 })
    await expect(unpacking).rejects.toMatchObject({
      code: 'E_IMAGE_LAYER',
      message: expect.stringContaining('packed size'),
    })
    expect(await ingest()).toEqual([])
  })

  it('stop when they are aborted, and leave nothing', async () => {
    const stop = new AbortController()
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield (await archiveOf([file('f', 'x'.repeat(2000))])).subarray(0, 1000)
      stop.abort(new Error('enough'))
      await new Promise((resolve) => setTimeout(resolve, 10))
      yield Buffer.alloc(100)
    }
    const unpacking = shop.snapshots.unpack(slow, { diffId: sha256('x'), signal: stop.signal })
    await expect(unpacking).rejects.toThrow('enough')
    expect(await ingest()).toEqual([])
  })
})

it('attributes of overlayfs that a layer brings are not set', async () => {
  const xattrs = new Map([
    ['trusted.overlay.redirect', Buffer.from('/etc')],
    ['user.kept', Buffer.from('yes')],
  ])
  const archive = await archiveOf([folder('d', { xattrs }), symlink('s', 'd')])
  const diffId = sha256(archive)
  await shop.snapshots.unpack(() => chopped(archive), { diffId })
  const fs = join(shop.paths.root, 'snapshots/layers', diffId.slice(7), 'fs')
  const read = ['-c', '--format=posix', '--xattrs', '--xattrs-include=*', '-C', fs, '.']
  const again = execFileSync('tar', read, { encoding: 'latin1' })
  expect(again).toContain('user.kept=yes')
  expect(again).not.toContain('redirect')
})
