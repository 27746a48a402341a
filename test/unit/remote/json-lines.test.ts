import { describe, expect, test } from 'vitest'
import { jsonLines } from '../../../src/remote/json-lines.ts'

const read = async (text: string, size: number): Promise<unknown[]> => {
  const bytes = Buffer.from(text)
  const pieces = (async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  })()
  const all: unknown[] = []
  for await (const value of jsonLines(pieces)) all.push(value)
  return all
}

describe('jsonLines()', () => {
  test.each([1, 2, 100])(
    'reads both line ends, empty lines and a last line without end, in pieces of %i bytes',
    async (size) => {
      expect(await read('{"a":"ä€"}\r\n\n{"b":2}\n{"c":3}', size)).toEqual([{ a: 'ä€' }, { b: 2 }, { c: 3 }])
    },
  )

  test('tells of a line that is no JSON', async () => {
    await expect(read('<html>\n', 100)).rejects.toThrow('"<html>" is no JSON')
  })
})
