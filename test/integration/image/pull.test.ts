import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/spec/sha256.ts'
import { hostPlatform } from '../../../src/spec/platform.ts'
import {
  DOCKER_MANIFEST,
  type LocalRegistry,
  OCI_INDEX,
  OCI_MANIFEST,
  pushImage,
  startRegistry,
} from '../../support/images/local-registry.ts'
import { type Workshop, messagesOf, openWorkshop } from '../../support/images/workshop.ts'
import { archiveOf, file, folder } from '../../support/layers/tar-entry.ts'

let registry: LocalRegistry
let shop: Workshop
const layers: Buffer[] = []
const { architecture } = hostPlatform()

beforeAll(async () => {
  registry = await startRegistry()
  layers.push(await archiveOf([folder('d'), file('d/f', 'one'), file('gone', 'x')]))
  layers.push(await archiveOf([file('d/f', 'two'), file('.wh.gone')]))
})
afterAll(() => registry[Symbol.asyncDispose]())
beforeEach(async () => {
  shop = await openWorkshop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const push = (reference: string, type = OCI_MANIFEST) =>
  pushImage(registry, { repository: 'team/app', reference, layers, architecture, type })

const statuses = async (reference: string, platform?: string): Promise<string[]> => {
  const options = platform === undefined ? {} : { platform }
  const messages = await messagesOf(shop.images.pull(`${registry.host}/${reference}`, options))
  return messages.map(({ status = '' }) => status)
}

describe('an image', () => {
  for (const type of [OCI_MANIFEST, DOCKER_MANIFEST]) {
    it(`of the type ${type} is pulled, unpacked and named`, async () => {
      const { digest } = await push('v1', type)
      const said = await statuses('team/app:v1')
      expect(said[0]).toBe('Pulling from team/app')
      for (const word of ['Pulling fs layer', 'Downloading', 'Download complete', 'Extracting', 'Pull complete']) {
        expect(said).toContain(word)
      }
      const name = `${registry.host}/team/app`
      expect(said.slice(-2)).toEqual([`Digest: ${digest}`, `Status: Downloaded newer image for ${name}:v1`])
      expect(await shop.images.inspect(`${name}:v1`)).toMatchObject({
        RepoTags: [`${name}:v1`],
        RepoDigests: [`${name}@${digest}`],
        Architecture: architecture,
        Config: { Cmd: ['/hello'] },
        RootFS: { Layers: layers.map((layer) => sha256(layer)) },
        Size: 7,
      })
      const { diffIds } = await shop.images.resolve(`${name}@${digest}`)
      await shop.snapshots.prepare('c', diffIds)
      const root = await shop.snapshots.mount('c')
      expect(await readdir(root)).toEqual(['d'])
      expect(await readFile(join(root, 'd/f'), 'utf8')).toBe('two')
      await shop.snapshots.remove('c')
    })
  }

  it('that is here already is up to date', async () => {
    await push('v1')
    await statuses('team/app:v1')
    const said = await statuses('team/app:v1')
    expect(said.filter((status) => status === 'Already exists')).toHaveLength(2)
    expect(said.at(-1)).toBe(`Status: Image is up to date for ${registry.host}/team/app:v1`)
  })

  it('by digest gets no tag', async () => {
    const { digest } = await push('v1')
    await statuses(`team/app@${digest}`)
    const [image] = await shop.images.list()
    expect(image).toMatchObject({ RepoTags: [], RepoDigests: [`${registry.host}/team/app@${digest}`] })
  })

  it('is chosen from an index by platform', async () => {
    const ours = await push('ours')
    const other = await pushImage(registry, {
      repository: 'team/app',
      reference: 'other',
      layers,
      architecture: 'mips',
    })
    const manifests = [
      { ...other, platform: { os: 'linux', architecture: 'mips' } },
      { ...ours, platform: { os: 'linux', architecture } },
    ]
    const index = await registry.putManifest(
      'team/app',
      'multi',
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests },
      OCI_INDEX,
    )
    await statuses('team/app:multi')
    const name = `${registry.host}/team/app:multi`
    expect(await shop.images.inspect(name)).toMatchObject({ Architecture: architecture })
    expect((await shop.images.inspect(name)).RepoDigests).toEqual([`${registry.host}/team/app@${index.digest}`])
    await statuses('team/app:multi', 'linux/mips')
    expect(await shop.images.inspect(name)).toMatchObject({ Architecture: 'mips' })
    await expect(statuses('team/app:multi', 'linux/s390x')).rejects.toMatchObject({
      message: 'no matching manifest for linux/s390x in the manifest list entries',
      hint: expect.stringContaining('linux/mips'),
    })
  })

  it('leaves nothing when it is removed', async () => {
    await push('v1')
    await statuses('team/app:v1')
    const rows = await shop.images.remove(`${registry.host}/team/app:v1`)
    expect(rows.map((row) => Object.keys(row)[0])).toEqual(['Untagged', 'Untagged', 'Deleted', 'Deleted', 'Deleted'])
    expect(await shop.blobs.list()).toEqual([])
    expect(await shop.snapshots.layers()).toEqual([])
  })

  it('is the base of a build that names it', async () => {
    await push('v1')
    const context = (async function* () {
      yield await archiveOf([file('Dockerfile', `FROM ${registry.host}/team/app:v1\nENV C=d\n`)])
    })()
    await messagesOf(shop.builder.build(context, { tags: ['child'] }))
    expect((await shop.images.inspect('child')).Config.Env).toContain('A=b')
  })
})

describe('what is not there', () => {
  it('is said in the words of Docker', async () => {
    await push('v1')
    const { host } = registry
    await expect(statuses('team/app:nope')).rejects.toMatchObject({
      code: 'E_IMAGE_NOT_FOUND',
      httpStatus: 404,
      message: `manifest for ${host}/team/app:nope not found: manifest unknown: manifest unknown`,
    })
    await expect(statuses('nobody/nothing')).rejects.toMatchObject({ code: 'E_IMAGE_NOT_FOUND' })
  })

  it('leaves no image and no layers behind', async () => {
    await expect(statuses('team/app:nope')).rejects.toThrow('not found')
    expect(await shop.images.list()).toEqual([])
  })
})

describe('what is not as it should be', () => {
  it('a layer of another content is refused, and nothing of it stays', async () => {
    const [layer = Buffer.alloc(0)] = layers
    const blob = await registry.putBlob('team/app', layer)
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [sha256('something else')] } }
    const body = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: {
        ...(await registry.putBlob('team/app', Buffer.from(JSON.stringify(config)))),
        mediaType: 'application/vnd.oci.image.config.v1+json',
      },
      layers: [{ ...blob, mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
    }
    await registry.putManifest('team/app', 'lying', body, OCI_MANIFEST)
    await expect(statuses('team/app:lying')).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
    expect(await shop.images.list()).toEqual([])
    expect(await shop.snapshots.layers()).toEqual([])
  })

  it('a registry that does not answer is named', async () => {
    const pull = messagesOf(shop.images.pull('127.0.0.1:1/x', {}))
    await expect(pull).rejects.toMatchObject({
      code: 'E_IMAGE_REGISTRY',
      message: expect.stringContaining('127.0.0.1:1'),
    })
  })
})
