import { open } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join, posix } from 'node:path'
import { AppError } from '../../../errors/app-error.ts'
import { readTar } from '../../../lib/tar/read-tar.ts'
import type { TarSource } from '../../../lib/tar/write-tar.ts'
import type { Host } from '../../host/host.ts'
import { decompressed } from '../../snapshot/decompress.ts'
import { entryParts } from '../../snapshot/layer-tree.ts'
import { resolveInRoot } from '../in-root.ts'
import type { CopySource } from './copy-source.ts'
import { Destination, type DestinationOptions } from './destination.ts'
import { type SourceTree, sourceEntries } from './source-entries.ts'

export interface CopyJob {
  readonly tree: SourceTree
  readonly sources: readonly CopySource[]
  /** Absolute in the image; with a slash at its end it is a folder. */
  readonly destination: string
  readonly target: DestinationOptions
  /** ADD unpacks local archives. */
  readonly unpack: boolean
  /** Context files belong to root; those of an image keep their owners. */
  readonly keepOwner: boolean
}

/** The entries of the layer that a COPY or ADD makes. @throws E_BUILD_COPY */
export async function* copyEntries(job: CopyJob): AsyncGenerator<TarSource, void, undefined> {
  const resolved = await resolveInRoot(job.target.rootfs, job.destination)
  const base = bytes(resolved.path)
  const destination = new Destination(job.target)
  const archives = job.unpack ? await findArchives(job) : new Set<CopySource>()
  const plain = job.sources.filter((source) => !archives.has(source))
  const isFolder = resolved.stats?.isDirectory() === true || job.destination.endsWith('/') || job.sources.length > 1
  if (isFolder || plain.some(({ isDirectory }) => isDirectory) || archives.size > 0) {
    yield* headersOnly(await destination.folder(base))
  }
  const place = (source: CopySource, below: string): string => {
    if (source.isDirectory) return joined(base, below)
    return isFolder ? joined(base, bytes(source.name)) : base
  }
  for await (const { source, below, entry } of sourceEntries(job.tree, plain)) {
    if (source.isDirectory && below === '') continue
    const owned = job.keepOwner ? entry.header : { ...entry.header, uid: 0, gid: 0 }
    const { linkname } = owned
    const isLink = owned.type === 'link' && linkname !== undefined
    const header = isLink
      ? { ...owned, linkname: joined(base, source.isDirectory ? linkname : bytes(linkname)) }
      : owned
    yield* withBody(await destination.entry(place(source, below), header), entry.body)
  }
  for (const source of archives) yield* archiveEntries(job, { source, base, destination })
}

function* headersOnly(headers: readonly TarSource['header'][]): Generator<TarSource> {
  for (const header of headers) yield { header }
}

function* withBody(headers: readonly TarSource['header'][], body: AsyncIterable<Uint8Array>): Generator<TarSource> {
  for (const header of headers) yield header.type === 'file' ? { header, body } : { header }
}

/** An archive's entries below the destination; its own owners are kept unless `--chown` says otherwise. */
async function* archiveEntries(
  { tree }: CopyJob,
  { source, base, destination }: { source: CopySource; base: string; destination: Destination },
): AsyncGenerator<TarSource, void, undefined> {
  const packed = createReadStream(join(tree.root, source.path), { highWaterMark: 1 << 18 })
  for await (const { header, body } of readTar(decompressed(packed, tree), { encoding: 'latin1' })) {
    const path = entryParts(header.name).join('/')
    if (path === '') continue
    const { linkname } = header
    const isLink = header.type === 'link' && linkname !== undefined
    const placed = isLink ? { ...header, linkname: joined(base, entryParts(linkname).join('/')) } : header
    yield* withBody(await destination.entry(joined(base, path), placed), body)
  }
}

const findArchives = async ({ tree, sources }: CopyJob): Promise<Set<CopySource>> => {
  const found = new Set<CopySource>()
  for (const source of sources) {
    if (!source.isDirectory && (await isArchive(tree.host, join(tree.root, source.path), tree.signal)))
      found.add(source)
  }
  return found
}

const MAGIC_AT = 257

/** True for a tar archive, compressed or not: the first plain bytes tell. */
const isArchive = async (host: Host, path: string, signal: AbortSignal): Promise<boolean> => {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(512)
    await file.read(head, 0, head.length, 0)
    if (hasTarMagic(head)) return true
    if (!COMPRESSED.some((magic) => head.toString('latin1').startsWith(magic))) return false
  } finally {
    await file.close()
  }
  try {
    for await (const chunk of decompressed(createReadStream(path), { host, signal })) return hasTarMagic(chunk)
  } catch {
    signal.throwIfAborted()
  }
  return false
}

const COMPRESSED = ['\x1f\x8b', '\x28\xb5\x2f\xfd', '\xfd7zXZ\0', 'BZh']

const hasTarMagic = (block: Uint8Array): boolean =>
  Buffer.from(block.subarray(MAGIC_AT, MAGIC_AT + 5)).toString('latin1') === 'ustar'

const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

const bytes = (path: string): string => Buffer.from(path, 'utf8').toString('latin1')

/** Where a destination lies: relative ones below the working directory, a slash at the end kept. */
export const destinationPath = (workingDir: string, destination: string): string => {
  const path = posix.resolve('/', workingDir || '/', destination)
  const isFolder = /(?:^|\/)\.{0,2}$/.test(destination)
  return isFolder && !path.endsWith('/') ? `${path}/` : path
}

const OCTAL = /^[0-7]{1,4}$/

/** @throws E_BUILD_COPY in BuildKit's words */
export const parseMode = (text: string): number => {
  if (OCTAL.test(text)) return Number.parseInt(text, 8)
  throw new AppError(
    'E_BUILD_COPY',
    `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`,
  )
}
