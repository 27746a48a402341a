import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { framed, onMessages } from '../../../../../src/engine/network/dns/framing.ts'

it('finds messages again however they are cut', async () => {
  const stream = new PassThrough()
  const found: string[] = []
  onMessages(stream, (message) => void found.push(message.toString()))
  const bytes = Buffer.concat(['one', '', 'three'].map((text) => framed(Buffer.from(text))))
  for (const byte of bytes) stream.write(Buffer.from([byte]))
  stream.write(bytes)
  await new Promise(setImmediate)
  expect(found).toEqual(['one', '', 'three', 'one', '', 'three'])
})
