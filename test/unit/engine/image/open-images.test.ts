import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EnginePaths } from '../../../../src/engine/context.ts'
import type { Host } from '../../../../src/engine/host/host.ts'
import { type Images, openImages } from '../../../../src/engine/image/open-images.ts'
import type { ImageUser } from '../../../../src/engine/image/remove-image.ts'
import { openBlobs } from '../../../../src/engine/store/blobs.ts'
import { type Digest, digest } from '../../../../src/spec/digest.ts'
import { chopped } from '../../../support/layers/tar-entry.ts'
import { type FakeLayers, fakeLayers } from '../../../support/layers/fake-layers.ts'

let paths: EnginePaths
let layers: FakeLayers
let users: ImageUser[]
let images: Images

const host = { run: async () => ({ exitCode: 0, stdout: '', stderr: '' }) } as unknown as Host

const open = async (): Promise<Images> =>
  openImages({
    host,
    paths,
    blobs: await openBlobs(paths),
    layers,
    usersOf: () => users,
    applyChanges: (config) => config,
  })

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'images-'))
  paths = { root, state: root, tag: '000000' }
  layers = fakeLayers()
  users = []
  images = await open()
})
afterEach(() => rm(paths.root, { recursive: true, force: true }))

interface Made {
  readonly names?: readonly string[]
  readonly layers?: readonly string[]
  readonly labels?: Record<string, string>
  readonly created?: string
}

/** An image whose layers are texts. */
const make = async ({
  names = [],
  layers: texts = ['base'],
  labels,
  created = '2020-01-01T00:00:00Z',
}: Made): Promise<Digest> => {
  const diffIds: Digest[] = []
  let parent: Digest | undefined
  for (const text of texts) {
    const { diffId } = await layers.import(chopped(Buffer.from(text)), parent ? { parent } : {})
    diffIds.push(diffId)
    parent = (await layers.layers()).at(-1)
  }
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created,
    config: labels ? { Labels: labels } : {},
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: texts.map((text) => ({ created, created_by: text })),
  }
  return images.add({
    config: Buffer.from(JSON.stringify(config)),
    names: names.map((name) => `docker.io/library/${name}`),
  })
}

describe('a reference', () => {
  it('is a name, an id, or the beginning of an id', async () => {
    const id = await make({ names: ['app:1'] })
    for (const reference of ['app:1', 'docker.io/library/app:1', id, id.slice(7), id.slice(7, 19), id.slice(0, 15)]) {
      expect((await images.resolve(reference)).id).toBe(id)
    }
  })

  it('that is not there is named as Docker names it', async () => {
    for (const [reference, name] of [
      ['nope', 'nope:latest'],
      ['team/nope:1', 'team/nope:1'],
      ['deadbeef', 'deadbeef:latest'],
      [`sha256:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}`],
    ] as const) {
      await expect(images.resolve(reference)).rejects.toMatchObject({
        code: 'E_IMAGE_NOT_FOUND',
        httpStatus: 404,
        message: `No such image: ${name}`,
      })
    }
  })

  it('that fits several ids is refused', async () => {
    const ids = await Promise.all(Array.from({ length: 17 }, (_, i) => make({ labels: { n: String(i) } })))
    const first = ids.map((id) => id.charAt(7)).find((digit, i, all) => all.indexOf(digit) < i) ?? ''
    await expect(images.resolve(`sha256:${first}`)).rejects.toMatchObject({ code: 'E_IMAGE_AMBIGUOUS' })
  })

  it('that cannot be read says why', async () => {
    await expect(images.resolve('UPPER')).rejects.toMatchObject({ code: 'E_SPEC_INVALID' })
  })
})

describe('names', () => {
  it('move to the image that is tagged last, and the other stays without', async () => {
    const [old, fresh] = [await make({ names: ['app:1'] }), await make({ labels: { fresh: '' } })]
    await images.tag(fresh, 'app:1')
    expect((await images.resolve('app:1')).id).toBe(fresh)
    expect((await images.inspect(old)).RepoTags).toEqual([])
    expect((await images.inspect(fresh)).Metadata.LastTagTime).toMatch(/^20/)
  })

  it('are remembered by the next engine, whole', async () => {
    const id = await make({ names: ['app:1'] })
    images = await open()
    expect((await images.resolve('app:1')).id).toBe(id)
    expect(JSON.parse(await readFile(join(paths.root, 'images.json'), 'utf8'))).toMatchObject({
      refs: { 'docker.io/library/app:1': id },
    })
  })

  it('with a digest cannot be given', async () => {
    const id = await make({})
    await expect(images.tag(id, `app@${id}`)).rejects.toThrow('refusing to create a tag with a digest')
  })
})

describe('an image', () => {
  it('whose layers are missing is not stored', async () => {
    const config = { rootfs: { diff_ids: [digest(`sha256:${'1'.repeat(64)}`)] } }
    await expect(images.add({ config: Buffer.from(JSON.stringify(config)) })).rejects.toMatchObject({
      code: 'E_IMAGE_LAYER_MISSING',
    })
    expect(await images.list()).toEqual([])
  })

  it('has a history, newest first, with the sizes of its layers', async () => {
    const id = await make({ names: ['app:1'], layers: ['one', 'three'] })
    expect(await images.history('app:1')).toMatchObject([
      { Id: id, CreatedBy: 'three', Size: 5, Tags: ['app:1'] },
      { Id: '<missing>', CreatedBy: 'one', Size: 3, Tags: null },
    ])
    expect((await images.inspect(id)).Size).toBe(8)
  })
})

describe('lists', () => {
  const list = async (filters: Record<string, string[]>): Promise<string[]> =>
    (await images.list({ filters })).flatMap(({ RepoTags }) => (RepoTags.length > 0 ? RepoTags : ['<none>']))

  beforeEach(async () => {
    await make({ names: ['app:1', 'app:2'], labels: { tier: 'web' }, created: '2021-01-01T00:00:00Z' })
    await make({ names: ['db:1'], labels: { tier: 'data', a: 'b' }, created: '2022-01-01T00:00:00Z' })
    await make({ created: '2023-01-01T00:00:00Z' })
  })

  it('are newest first', async () => expect(await list({})).toEqual(['<none>', 'db:1', 'app:1', 'app:2']))

  const table: readonly (readonly [filters: Record<string, string[]>, found: string[]])[] = [
    [{ reference: ['app'] }, ['app:1', 'app:2']],
    [{ reference: ['a*:2'] }, ['app:2']],
    [{ reference: ['*:1', 'nope'] }, ['db:1', 'app:1']],
    [{ label: ['tier'] }, ['db:1', 'app:1', 'app:2']],
    [{ label: ['tier=data', 'a=b'] }, ['db:1']],
    [{ label: ['tier=data', 'a=c'] }, []],
    [{ dangling: ['true'] }, ['<none>']],
    [{ dangling: ['false'], label: ['a'] }, ['db:1']],
    [{ before: ['db:1'] }, ['app:1', 'app:2']],
    [{ since: ['app:1'] }, ['<none>', 'db:1']],
  ]
  for (const [filters, found] of table) {
    it(`filtered by ${JSON.stringify(filters)}`, async () => expect(await list(filters)).toEqual(found))
  }

  it('know no other filter', async () => {
    await expect(list({ colour: ['red'] })).rejects.toMatchObject({ code: 'E_SPEC_INVALID' })
    await expect(list({ dangling: ['maybe'] })).rejects.toMatchObject({ code: 'E_SPEC_INVALID' })
  })
})

describe('removal', () => {
  it('takes away a name, and the image with the last one', async () => {
    const id = await make({ names: ['app:1', 'app:2'], layers: ['one', 'two'] })
    expect(await images.remove('app:1')).toEqual([{ Untagged: 'app:1' }])
    const [one, two] = await layers.layers()
    expect(await images.remove('app:2')).toEqual([
      { Untagged: 'app:2' },
      { Deleted: id },
      { Deleted: two },
      { Deleted: one },
    ])
    expect(await layers.layers()).toEqual([])
    await expect(images.resolve(id)).rejects.toMatchObject({ code: 'E_IMAGE_NOT_FOUND' })
  })

  it('keeps layers that another image, a snapshot or a build needs', async () => {
    await make({ names: ['base:1'], layers: ['one'] })
    await make({ names: ['child:1'], layers: ['one', 'two'] })
    const [one, two] = await layers.layers()
    expect((await images.remove('child:1')).map((row) => row.Deleted)).toContain(two)
    expect(await layers.layers()).toEqual([one])
    layers.used.add(one ?? digest(''))
    await images.remove('base:1')
    expect(await layers.layers()).toEqual([one])
    layers.used.clear()
    await make({ names: ['base:1'], layers: ['one'] })
    const release = images.lease(one ? [one] : [])
    await images.remove('base:1')
    expect(await layers.layers()).toEqual([one])
    release()
  })

  it('by id takes all names of one repository, and refuses several without force', async () => {
    const id = await make({ names: ['app:1'] })
    await images.tag(id, 'other:1')
    await expect(images.remove(id)).rejects.toMatchObject({
      httpStatus: 409,
      message: `conflict: unable to delete ${id.slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
    })
    expect(await images.remove(id, { force: true })).toMatchObject([
      { Untagged: 'app:1' },
      { Untagged: 'other:1' },
      { Deleted: id },
      {},
    ])
  })

  it('of the last name of an image that a container uses must be forced', async () => {
    const id = await make({ names: ['app:1'] })
    users.push({ id: 'c'.repeat(64), running: false })
    await expect(images.remove('app:1')).rejects.toThrow(
      `conflict: unable to remove repository reference "app:1" (must force) - container ${'c'.repeat(12)} is using its referenced image ${id.slice(7, 19)}`,
    )
    await expect(images.remove(id)).rejects.toThrow(
      `(must be forced) - image is being used by stopped container ${'c'.repeat(12)}`,
    )
    expect((await images.remove('app:1', { force: true })).at(0)).toEqual({ Untagged: 'app:1' })
  })

  it('of an image that runs is never forced; only its name goes', async () => {
    const id = await make({ names: ['app:1'] })
    users.push({ id: 'c'.repeat(64), running: true })
    await expect(images.remove(id, { force: true })).rejects.toThrow(
      '(cannot be forced) - image is being used by running container',
    )
    expect(await images.remove('app:1', { force: true })).toEqual([{ Untagged: 'app:1' }])
    expect((await images.resolve(id)).id).toBe(id)
  })
})
