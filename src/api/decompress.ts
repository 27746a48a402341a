import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { badRequest } from './bad-request.ts'

interface Magic {
  readonly name: string
  readonly bytes: readonly number[]
}

const GZIP: Magic = { name: 'gzip', bytes: [0x1f, 0x8b] }
const UNREADABLE: readonly Magic[] = [
  { name: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
]
const LONGEST = 6

/**
 * The tar in an uploaded archive, plain or gzip, told apart by the first bytes as Docker does.
 * @throws E_API_BAD_REQUEST for bzip2, xz and zstd, and when gzip data is damaged
 */
export async function* decompress(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = archive[Symbol.asyncIterator]()
  const head = await readHead(iterator)
  const unreadable = UNREADABLE.find((magic) => startsWith(head, magic))
  if (unreadable) throw badRequest(`archive is compressed with ${unreadable.name}`, 'Send a plain or gzip tar')
  const whole = Readable.from(rejoin(head, iterator), { objectMode: false })
  yield* startsWith(head, GZIP) ? gunzip(whole) : whole
}

async function* gunzip(source: Readable): AsyncGenerator<Uint8Array> {
  const gunzipped = createGunzip()
  source.on('error', (error) => gunzipped.destroy(error))
  source.pipe(gunzipped)
  try {
    for await (const piece of gunzipped) yield piece as Buffer
  } catch (error) {
    if (isZlibError(error)) throw badRequest(`archive is damaged gzip: ${error.message}`)
    throw error
  } finally {
    source.destroy()
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const readHead = async (iterator: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < LONGEST) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

async function* rejoin(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

const startsWith = (head: Buffer, magic: Magic): boolean => magic.bytes.every((byte, index) => head[index] === byte)
