import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { type Digest, digest, digestHex, isDigest } from '../../spec/digest.ts'
import { sha256 } from '../../spec/sha256.ts'
import type { EnginePaths } from '../context.ts'
import { syncFolder } from './replace-file.ts'
import { storeError } from './store-full.ts'

/** What a writer knows of a blob beforehand; a difference rejects with E_IMAGE_DIGEST and leaves nothing. */
export interface BlobExpectation {
  readonly digest?: Digest
  readonly size?: number
}

export interface BlobInfo {
  readonly digest: Digest
  readonly size: number
}

/** Content by digest, in an OCI image layout (image-spec, image-layout.md) under `<root>/blobs`. */
export interface BlobStore {
  has(id: Digest): Promise<boolean>
  /** Bytes, or undefined when it is not here. */
  size(id: Digest): Promise<number | undefined>
  /** Its file, for programs of the host; it may not exist. */
  path(id: Digest): string
  read(id: Digest): AsyncIterable<Uint8Array>
  /** The whole of a small blob. @throws E_IMAGE_BLOB_MISSING; E_IMAGE_DIGEST when the file has been tampered with */
  bytes(id: Digest): Promise<Buffer>
  /**
   * Stores a stream; readers see it whole or not at all, also after a power cut. Writers of one expected digest
   * share one download: the second waits for the first, and reads its own source only when the first fails.
   */
  write(source: BlobSource, expect?: BlobExpectation): Promise<BlobInfo>
  remove(id: Digest): Promise<void>
  list(): Promise<Digest[]>
}

/** Bytes, or a function that is only called when the bytes are needed. */
export type BlobSource = Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>)

/** Opens the store and sweeps what a crash left half written. */
export const openBlobs = async (paths: EnginePaths): Promise<BlobStore> => {
  const layout = join(paths.root, 'blobs')
  const folder = join(layout, 'blobs', 'sha256')
  const ingest = join(layout, 'ingest')
  await rm(ingest, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(ingest, { mode: 0o700 })
  await writeIfMissing(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n')
  await writeIfMissing(
    join(layout, 'index.json'),
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}\n',
  )
  const path = (id: Digest): string => join(folder, digestHex(id))
  const size = async (id: Digest): Promise<number | undefined> => (await stat(path(id)).catch(ignoreMissing))?.size
  const running = new Map<Digest, Promise<BlobInfo>>()

  const ingestBlob = async (source: BlobSource, expect: BlobExpectation): Promise<BlobInfo> => {
    const temporary = join(ingest, randomBytes(8).toString('hex'))
    try {
      const info = await writeSynced(temporary, source, expect)
      await rename(temporary, path(info.digest))
      await syncFolder(folder)
      return info
    } catch (error) {
      throw storeError(error, paths.root)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  const writeExpected = async (source: BlobSource, expect: BlobExpectation & { digest: Digest }): Promise<BlobInfo> => {
    const known = await size(expect.digest)
    return known === undefined ? ingestBlob(source, expect) : { digest: expect.digest, size: known }
  }

  return {
    has: async (id) => (await size(id)) !== undefined,
    size,
    path,
    read: (id) => createReadStream(path(id), { highWaterMark: 1 << 18 }),
    async bytes(id) {
      const content = await readFile(path(id)).catch(ignoreMissing)
      if (!content) throw new AppError('E_IMAGE_BLOB_MISSING', `Cannot read blob "${id}": it is not in the store`)
      if (sha256(content) !== id)
        throw new AppError('E_IMAGE_DIGEST', `Cannot read blob "${id}": its bytes have changed`)
      return content
    },
    async write(source, expect = {}) {
      if (!expect.digest) return ingestBlob(source, expect)
      for (;;) {
        const other = await running.get(expect.digest)?.catch(() => undefined)
        if (other) return other
        if (running.has(expect.digest)) continue
        const own = writeExpected(source, { ...expect, digest: expect.digest })
        running.set(expect.digest, own)
        try {
          return await own
        } finally {
          running.delete(expect.digest)
        }
      }
    },
    async remove(id) {
      await unlink(path(id)).catch(ignoreMissing)
    },
    async list() {
      return (await readdir(folder)).map((name) => `sha256:${name}`).filter(isDigest)
    },
  }
}

const writeSynced = async (path: string, source: BlobSource, expect: BlobExpectation): Promise<BlobInfo> => {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of chunksOf(source)) {
      size += chunk.length
      if (expect.size !== undefined && size > expect.size) break
      hash.update(chunk)
      await writeAll(file, chunk)
    }
    const found = digest(`sha256:${hash.digest('hex')}`)
    const name = expect.digest ?? 'a blob'
    if (expect.size !== undefined && size !== expect.size) {
      throw new AppError('E_IMAGE_DIGEST', `Cannot store ${name}: ${sizeWords(size, expect.size)}`)
    }
    if (expect.digest && found !== expect.digest) {
      throw new AppError('E_IMAGE_DIGEST', `Cannot store ${name}: its bytes have the digest ${found}`)
    }
    await file.sync()
    return { digest: found, size }
  } finally {
    await file.close()
  }
}

const sizeWords = (size: number, expected: number): string =>
  size > expected ? `more than the ${expected} bytes announced` : `${size} bytes instead of ${expected}`

const chunksOf = (source: BlobSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> => {
  if (typeof source === 'function') return source()
  return source instanceof Uint8Array ? [source] : source
}

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten
}

const writeIfMissing = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600).catch(ignoreExisting)
  if (!file) return
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const ignoreCode =
  (code: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== code) throw error
  }
const ignoreMissing = ignoreCode('ENOENT')
const ignoreExisting = ignoreCode('EEXIST')
