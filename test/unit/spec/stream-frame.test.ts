import { describe, expect, test } from 'vitest'
import { type Frame, decodeFrames, encodeFrame } from '../../../src/spec/stream-frame.ts'

const FRAMES: readonly Frame[] = [
  { stream: 'stdout', data: Buffer.from('out') },
  { stream: 'stderr', data: Buffer.alloc(0) },
  { stream: 'stderr', data: Buffer.alloc(5000, 'e') },
  { stream: 'system', data: Buffer.from('failed') },
]

async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

const decode = async (data: Uint8Array, size = data.length): Promise<Frame[]> => {
  const all: Frame[] = []
  for await (const frame of decodeFrames(pieces(data, size))) all.push(frame)
  return all
}

describe('encodeFrame()', () => {
  test('writes stream, three zeros and the length before the payload', () => {
    const expected = [2, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69]
    expect([...encodeFrame({ stream: 'stderr', data: Buffer.from('hi') })]).toEqual(expected)
  })
})

describe('decodeFrames()', () => {
  const bytes = Buffer.concat(FRAMES.map(encodeFrame))

  test.each([1, 7, 8, 4096, bytes.length])('gives back what was encoded, in pieces of %i bytes', async (size) => {
    const frames = await decode(bytes, size)
    expect(frames.map(({ stream, data }) => [stream, Buffer.from(data).toString()])).toEqual(
      FRAMES.map(({ stream, data }) => [stream, Buffer.from(data).toString()]),
    )
  })

  test('tells of a stream that ends within a frame', async () => {
    await expect(decode(bytes.subarray(0, bytes.length - 1))).rejects.toThrow('ends within a frame')
  })

  test('tells of bytes that are no frame, before it waits for a payload', async () => {
    await expect(decode(Buffer.from('plain text, not framed'))).rejects.toThrow('no frame header')
  })
})
