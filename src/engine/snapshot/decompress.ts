import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Host } from '../host/host.ts'

interface Codec {
  readonly magic: readonly number[]
  readonly program: readonly [string, ...string[]] | 'gunzip'
}

/** By their first bytes, as every reader of layers does: media types are often wrong. */
const CODECS: readonly Codec[] = [
  { magic: [0x1f, 0x8b], program: 'gunzip' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], program: ['zstd', '-d', '-c', '-q', '-T1'] },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: ['xz', '-d', '-c', '-q'] },
  { magic: [0x42, 0x5a, 0x68], program: ['bzip2', '-d', '-c', '-q'] },
]
const LONGEST = 6

/** The plain bytes of a stream that may be gzip, zstd, xz, bzip2 or plain. */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  options: { host: Host; signal?: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    const head = await firstBytes(chunks)
    const whole = withHead(head, chunks)
    const codec = CODECS.find(({ magic }) => magic.every((byte, i) => head[i] === byte))
    if (!codec) yield* whole
    else if (codec.program === 'gunzip') yield* gunzipped(whole)
    else yield* piped(whole, codec.program, options)
  } finally {
    await chunks.return?.()
  }
}

const firstBytes = async (chunks: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for (let size = 0; size < LONGEST;) {
    const next = await chunks.next()
    if (next.done) break
    parts.push(next.value)
    size += next.value.length
  }
  return Buffer.concat(parts)
}

async function* withHead(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  // A failure of the source or of the data destroys `gunzip`, and the loop below throws it.
  const fed = pipeline(Readable.from(source, { objectMode: false }), gunzip).catch(() => undefined)
  try {
    yield* gunzip as AsyncIterable<Uint8Array>
  } finally {
    gunzip.destroy()
    await fed
  }
}

async function* piped(
  source: AsyncIterable<Uint8Array>,
  [command, ...args]: readonly [string, ...string[]],
  { host, signal }: { host: Host; signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const child = host.start(command, args, signal ? { signal } : {})
  const fed = pipeline(Readable.from(source, { objectMode: false }), child.stdin)
  const settled = Promise.allSettled([fed, child.done])
  try {
    yield* child.stdout as unknown as AsyncIterable<Uint8Array>
    const [feeding, ending] = await settled
    if (ending.status === 'rejected') throw ending.reason
    if (feeding.status === 'rejected') throw feeding.reason
  } finally {
    child.kill('SIGKILL')
    await settled
  }
}
