import { describe, expect, test } from 'vitest'
import { type ContractEngine, bench, collect, refusals } from './contract-kit.ts'

/** Two blocks of zeros: a tar with nothing in it. */
const EMPTY_TAR = Buffer.alloc(1024)

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data
}

export const imagesContract = (get: () => ContractEngine): void => {
  describe('images', () => {
    test('are found by name, id and the start of the id', async () => {
      const { engine, image } = get()
      const { Id, RepoTags } = await engine.images.inspect(image)
      expect(Id).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect((await engine.images.inspect(Id)).Id).toBe(Id)
      expect((await engine.images.inspect(Id.slice(7, 19))).Id).toBe(Id)
      const listed = (await engine.images.list()).find((row) => row.Id === Id)
      expect(listed?.RepoTags).toEqual(RepoTags)
      expect((await engine.images.history(image)).length).toBeGreaterThan(0)
    })

    test('that are missing are told as such', async () => {
      const { images } = get().engine
      const missing = 'contract-no-such-image'
      const calls = [
        images.inspect(missing),
        images.history(missing),
        images.tag(missing, 'x:y'),
        images.remove(missing),
      ]
      for (const reason of await refusals(calls)) {
        expect(reason).toMatchObject({ code: 'E_IMAGE_NOT_FOUND', httpStatus: 404 })
      }
    })

    test('get further names, which are taken away one by one', async () => {
      const { engine, image } = get()
      const { Id } = await engine.images.inspect(image)
      await engine.images.tag(image, 'contract-tag/inner:1.0')
      expect((await engine.images.inspect('contract-tag/inner:1.0')).Id).toBe(Id)
      expect(await engine.images.remove('contract-tag/inner:1.0')).toEqual([{ Untagged: 'contract-tag/inner:1.0' }])
      expect((await engine.images.inspect(image)).Id).toBe(Id)
    })

    test('are imported from a tar, used, and removed when nothing uses them', async () => {
      await using b = bench(get())
      const reference = `${b.name()}:1`
      b.defer(() => b.engine.images.remove(reference, { force: true }).catch(() => undefined))
      const messages = await collect(b.engine.images.import(once(EMPTY_TAR), { reference }))
      const { Id } = await b.engine.images.inspect(reference)
      expect(messages.at(-1)?.status).toBe(Id)
      const container = await b.create('true', { Image: reference })
      await expect(b.engine.images.remove(reference)).rejects.toMatchObject({ httpStatus: 409 })
      await b.engine.containers.remove(container)
      expect(await b.engine.images.remove(reference)).toContainEqual({ Deleted: Id })
      await expect(b.engine.images.inspect(reference)).rejects.toMatchObject({ code: 'E_IMAGE_NOT_FOUND' })
    })
  })
}
