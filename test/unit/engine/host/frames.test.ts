import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { frame, lineReader, readFrames } from '../../../../src/engine/host/frames.ts'

const text = (value: string): Uint8Array => Buffer.from(value)
const all = Buffer.concat([frame(1, text('out')), frame(2, text('err')), frame(1), frame(3, text('42'))])

it.each([1, 4, 1000])('frames are found in pieces of %i bytes, then the exit status', async (size) => {
  const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size))
  const { output, exitCode } = readFrames(Readable.from(pieces))
  const found: string[] = []
  for await (const { stream, data } of output) found.push(`${stream}:${Buffer.from(data).toString()}`)
  expect(found).toEqual(['stdout:out', 'stderr:err', 'stdout:'])
  expect(await exitCode).toBe(42)
})

it('a stream that ends without a status has 255', async () => {
  const { output, exitCode } = readFrames(Readable.from([Buffer.from(frame(1, text('out')))]))
  for await (const _ of output);
  expect(await exitCode).toBe(255)
})

it('lines come before a rest that is binary', async () => {
  const stream = Readable.from([Buffer.from('cre'), Buffer.from('ated 12\nstarted\n\0\xff', 'latin1')])
  const lines = lineReader(stream)
  expect([await lines.next(), await lines.next()]).toEqual(['created 12', 'started'])
  const rest: Buffer[] = []
  for await (const chunk of lines.rest()) rest.push(chunk as Buffer)
  expect(Buffer.concat(rest)).toEqual(Buffer.from('\0\xff', 'latin1'))
})

it('a stream that ends has no more lines', async () => {
  const lines = lineReader(Readable.from([Buffer.from('torn')]))
  expect(await lines.next()).toBeUndefined()
})
