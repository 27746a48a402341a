import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { readTar } from '../../lib/tar/read-tar.ts'
import type { TarHeader } from '../../lib/tar/tar-header.ts'
import { type TarSource, writeTar } from '../../lib/tar/write-tar.ts'
import { type Digest, digest } from '../../spec/digest.ts'
import type { Host } from '../host/host.ts'
import { type LayerTotals, OPAQUE_MARKER, OPAQUE_XATTR, OVERLAY_XATTR, WHITEOUT } from './layer-filter.ts'

export interface LayerTarOptions {
  readonly host: Host
  /** Unix seconds; no later time is written (SOURCE_DATE_EPOCH as a clamp). */
  readonly timestamp?: number
  readonly signal?: AbortSignal
}

/**
 * The archive of a layer's folder, always the same for the same content: sorted, owners as numbers, overlayfs'
 * whiteouts and opaque folders in the words of OCI's layer.md, its other attributes left out.
 */
export async function* layerTar(
  folder: string,
  options: LayerTarOptions,
  totals: LayerTotals = { size: 0, entries: 0 },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { host, signal } = options
  const tar = host.start('tar', [...CREATE, `--directory=${folder}`, '.'], signal ? { signal } : {})
  const settled = Promise.allSettled([tar.done])
  try {
    yield* writeTar(layerEntries(tar.stdout as Readable, options.timestamp, totals), 'latin1')
    const [ending] = await settled
    if (ending.status === 'rejected') throw ending.reason
  } finally {
    tar.kill('SIGKILL')
    await settled
  }
}

/** Digest of {@link layerTar}, and the bytes of the files in it. */
export const hashLayer = async (
  folder: string,
  options: LayerTarOptions,
): Promise<{ diffId: Digest; size: number }> => {
  const hash = createHash('sha256')
  const totals: LayerTotals = { size: 0, entries: 0 }
  for await (const chunk of layerTar(folder, options, totals)) hash.update(chunk)
  return { diffId: digest(`sha256:${hash.digest('hex')}`), size: totals.size }
}

const CREATE = [
  '--create',
  '--file=-',
  '--format=posix',
  '--sort=name',
  '--numeric-owner',
  '--one-file-system',
  '--xattrs',
  '--xattrs-include=*',
]

async function* layerEntries(
  archive: AsyncIterable<Uint8Array>,
  timestamp: number | undefined,
  totals: LayerTotals,
): AsyncGenerator<TarSource, void, undefined> {
  for await (const { header, body } of readTar(archive, { encoding: 'latin1' })) {
    totals.entries += 1
    totals.size += header.size
    const clamped = clamp(header, timestamp)
    const name = header.name.replace(/^\.\//, '')
    if (name === '' || name === '.') {
      if (header.mode !== 0o755 || header.uid !== 0 || header.gid !== 0) yield { header: { ...clamped, name: './' } }
      continue
    }
    const linkname = header.type === 'link' ? header.linkname?.replace(/^\.\//, '') : header.linkname
    const xattrs = new Map([...(header.xattrs ?? [])].filter(([key]) => !OVERLAY_XATTR.test(key)))
    const written = { ...clamped, name, xattrs, ...(linkname === undefined ? {} : { linkname }) }
    if (isWhiteout(header)) yield { header: marker(clamped, whiteoutName(name)) }
    else yield { header: written, body }
    if (header.xattrs?.has(OPAQUE_XATTR)) yield { header: marker(clamped, name.replace(/\/?$/, `/${OPAQUE_MARKER}`)) }
  }
}

const isWhiteout = (header: TarHeader): boolean => header.type === 'char' && !header.devMajor && !header.devMinor

const whiteoutName = (name: string): string => {
  const slash = name.lastIndexOf('/') + 1
  return name.slice(0, slash) + WHITEOUT + name.slice(slash)
}

const marker = (header: TarHeader, name: string): TarHeader => ({
  name,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: header.mtime,
})

const clamp = (header: TarHeader, timestamp: number | undefined): TarHeader => {
  if (timestamp === undefined || header.mtime < timestamp) return header
  const { mtimeNanos: _, ...rest } = header
  return { ...rest, mtime: timestamp }
}
