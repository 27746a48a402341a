import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompress } from '../../../src/api/decompress.ts'

const TAR = Buffer.from('some archive that is longer than the longest magic number '.repeat(1000))

async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

const read = async (archive: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const piece of decompress(archive)) all.push(piece)
  return Buffer.concat(all)
}

describe('decompress()', () => {
  test.each([1, 3, 10_000])(
    'gives a plain and a gzip archive out in full, sent in pieces of %i bytes',
    async (size) => {
      expect((await read(pieces(TAR, size))).equals(TAR)).toBe(true)
      expect((await read(pieces(gzipSync(TAR), size))).equals(TAR)).toBe(true)
    },
  )

  test('gives nothing for nothing', async () => {
    expect(await read(pieces(Buffer.alloc(0), 1))).toEqual(Buffer.alloc(0))
  })

  test('names a compression that cannot be read', async () => {
    const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2])
    await expect(read(pieces(xz, 2))).rejects.toThrow('archive is compressed with xz')
  })

  test('tells of damaged and of cut gzip data', async () => {
    const packed = gzipSync(TAR)
    const damaged = Buffer.from(packed)
    damaged.fill(0xff, 20, 60)
    await expect(read(pieces(damaged, 50))).rejects.toMatchObject({ code: 'E_API_BAD_REQUEST' })
    await expect(read(pieces(packed.subarray(0, 100), 50))).rejects.toMatchObject({ code: 'E_API_BAD_REQUEST' })
  })

  test('passes on a failure of the source', async () => {
    const failing = (async function* (): AsyncGenerator<Uint8Array> {
      yield gzipSync(TAR).subarray(0, 20)
      throw new Error('the client went away')
    })()
    await expect(read(failing)).rejects.toThrow('the client went away')
  })
})
