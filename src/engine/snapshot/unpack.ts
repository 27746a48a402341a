import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, isAppError, messageOf } from '../../errors/app-error.ts'
import { printBytes } from '../../lib/bytes.ts'
import { readTar } from '../../lib/tar/read-tar.ts'
import { TarError } from '../../lib/tar/tar-header.ts'
import { type TarSource, writeTar } from '../../lib/tar/write-tar.ts'
import { type Digest, digest } from '../../spec/digest.ts'
import type { Host } from '../host/host.ts'
import { decompressed } from './decompress.ts'
import { type LayerTotals, filterLayer } from './layer-filter.ts'

export interface UnpackOptions {
  readonly host: Host
  /** Bytes of the archive as it comes, to tell a decompression bomb. */
  readonly packedSize?: number
  readonly signal?: AbortSignal
}

export interface Unpacked {
  /** Digest of the plain archive. */
  readonly diffId: Digest
  /** Bytes of the files. */
  readonly size: number
}

/**
 * Unpacks a layer into `folder`, which must be empty and out of everyone's reach.
 * @throws E_IMAGE_LAYER naming the entry that is refused; E_STORE_FULL
 */
export const unpackLayer = async (
  archive: AsyncIterable<Uint8Array>,
  folder: string,
  options: UnpackOptions,
): Promise<Unpacked> => {
  const hash = createHash('sha256')
  const totals: LayerTotals = { size: 0, entries: 0 }
  const plain = limited(decompressed(archive, options), options.packedSize, (chunk) => hash.update(chunk))
  try {
    await extractTar(filterLayer(readTar(plain, { encoding: 'latin1' }), { totals }), folder, options)
  } catch (error) {
    throw layerError(error)
  }
  return { diffId: digest(`sha256:${hash.digest('hex')}`), size: totals.size }
}

/** Feeds entries that are known to be harmless to GNU tar, which keeps owners, devices and attributes. */
export const extractTar = async (
  entries: AsyncIterable<TarSource>,
  folder: string,
  { host, signal }: { host: Host; signal?: AbortSignal },
): Promise<void> => {
  const tar = host.start('tar', [...EXTRACT, `--directory=${folder}`], signal ? { signal } : {})
  const source = Readable.from(writeTar(entries, 'latin1'), { objectMode: false })
  const [feeding, ending] = await Promise.allSettled([pipeline(source, tar.stdin), tar.done])
  signal?.throwIfAborted()
  // When tar gives up first, feeding it fails as well, and only tar knows why.
  if (feeding.status === 'rejected' && !isBrokenPipe(feeding.reason)) throw feeding.reason
  if (ending.status === 'rejected') throw ending.reason
  if (feeding.status === 'rejected') throw feeding.reason
}

const EXTRACT = [
  '--extract',
  '--file=-',
  // The filter has made every name relative and free of symlinks; tar's own precautions would spoil folders' times.
  '--absolute-names',
  '--xattrs',
  '--xattrs-include=*',
  '--numeric-owner',
  '--same-owner',
  '--preserve-permissions',
  '--warning=no-timestamp',
]

const GIB = 1 << 30
const MAX_RATIO = 500
const MAX_BYTES = 512 * GIB

/** Passes a layer on as long as it grows no further than a sane archive of its packed size would. */
async function* limited(
  source: AsyncIterable<Uint8Array>,
  packedSize: number | undefined,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const limit = packedSize === undefined ? MAX_BYTES : Math.min(MAX_BYTES, Math.max(GIB, packedSize * MAX_RATIO))
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > limit)
      throw new TarError(`it unpacks to more than ${printBytes(limit)}, far more than its packed size lets expect`)
    onChunk(chunk)
    yield chunk
  }
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')

const layerError = (error: unknown): unknown => {
  const message = messageOf(error)
  if (/No space left on device|Disk quota exceeded/.test(message)) {
    return new AppError('E_STORE_FULL', 'Cannot unpack a layer: no space left on the device', { cause: error })
  }
  const isData = error instanceof TarError || (error instanceof Error && 'code' in error && isZlib(error.code))
  if (!isData || isAppError(error)) return error
  return new AppError('E_IMAGE_LAYER', `Cannot unpack a layer: ${message}`, { cause: error })
}

const isZlib = (code: unknown): boolean => typeof code === 'string' && code.startsWith('Z_')
