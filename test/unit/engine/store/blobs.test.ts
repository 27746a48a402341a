import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlobStore, openBlobs } from '../../../../src/engine/store/blobs.ts'
import { digestHex } from '../../../../src/spec/digest.ts'
import { sha256 } from '../../../../src/spec/sha256.ts'
import { chopped, collect } from '../../../support/layers/tar-entry.ts'

let root: string
let blobs: BlobStore
const open = (): Promise<BlobStore> => openBlobs({ root, state: root, tag: '000000' })
const ingest = (): Promise<string[]> => readdir(join(root, 'blobs/ingest'))

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'blobs-'))
  blobs = await open()
})
afterEach(() => rm(root, { recursive: true, force: true }))

const text = Buffer.from('content of a blob')
const id = sha256(text)

it('what is written is read back, and found again by the next engine', async () => {
  expect(await blobs.write(chopped(text, 3))).toEqual({ digest: id, size: text.length })
  const again = await open()
  expect(await again.has(id)).toBe(true)
  expect(await again.bytes(id)).toEqual(text)
  expect(await collect(again.read(id))).toEqual(text)
  expect(await again.list()).toEqual([id])
})

it('the folder is an OCI image layout', async () => {
  await blobs.write(text)
  expect(JSON.parse(await readFile(join(root, 'blobs/oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' })
  expect(JSON.parse(await readFile(join(root, 'blobs/index.json'), 'utf8'))).toMatchObject({ schemaVersion: 2 })
  expect(await readFile(join(root, 'blobs/blobs/sha256', digestHex(id)))).toEqual(text)
})

describe('what is not as announced leaves nothing behind', () => {
  it('by digest', async () => {
    await expect(blobs.write(Buffer.from('other'), { digest: id })).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
    expect(await blobs.list()).toEqual([])
    expect(await ingest()).toEqual([])
  })

  it('when it is too long, and then it is not read to its end', async () => {
    let given = 0
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (; given < 1000; given++) yield text
    }
    await expect(blobs.write(endless(), { digest: id, size: 20 })).rejects.toThrow('more than the 20 bytes')
    expect(given).toBeLessThan(10)
    expect(await ingest()).toEqual([])
  })

  it('when it is too short', async () => {
    await expect(blobs.write(text, { digest: id, size: 100 })).rejects.toThrow('17 bytes instead of 100')
  })

  it('when its source fails', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield text
      throw new Error('connection lost')
    }
    await expect(blobs.write(failing())).rejects.toThrow('connection lost')
    expect(await ingest()).toEqual([])
  })
})

it('writers of one digest share one source', async () => {
  let opened = 0
  const source = async function* (): AsyncGenerator<Uint8Array> {
    opened += 1
    yield text
  }
  const writes = await Promise.all(Array.from({ length: 5 }, () => blobs.write(source, { digest: id })))
  expect(writes.every(({ digest }) => digest === id)).toBe(true)
  expect(opened).toBe(1)
})

it('a writer whose forerunner failed tries its own source', async () => {
  const bad = blobs.write(() => chopped(Buffer.from('bad')), { digest: id })
  const good = blobs.write(() => chopped(text), { digest: id })
  await expect(bad).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
  expect(await good).toEqual({ digest: id, size: text.length })
})

it('a blob whose bytes have changed on disk is not handed out', async () => {
  await blobs.write(text)
  await writeFile(blobs.path(id), 'content of a bl0b')
  await expect(blobs.bytes(id)).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
})

it('a missing blob is named', async () => {
  await expect(blobs.bytes(id)).rejects.toMatchObject({
    code: 'E_IMAGE_BLOB_MISSING',
    message: expect.stringContaining(id),
  })
  await expect(blobs.remove(id)).resolves.toBeUndefined()
})

it('what a crash left half written is swept at the next start', async () => {
  await writeFile(join(root, 'blobs/ingest/abcd'), 'half')
  await open()
  expect(await ingest()).toEqual([])
})
