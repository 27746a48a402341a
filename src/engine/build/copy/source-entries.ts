import { type Hash, createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type TarEntry, readTar } from '../../../lib/tar/read-tar.ts'
import type { TarHeader } from '../../../lib/tar/tar-header.ts'
import type { Host } from '../../host/host.ts'
import { OVERLAY_XATTR } from '../../snapshot/layer-filter.ts'
import type { CopySource } from './copy-source.ts'

export interface SourceTree {
  readonly host: Host
  readonly root: string
  readonly signal: AbortSignal
}

/** An entry and where it stands: `''` for a source itself, `a/b` below a folder. */
export interface SourceEntry {
  readonly source: CopySource
  readonly below: string
  readonly entry: TarEntry
}

const CREATE = ['--create', '--file=-', '--format=posix', '--sort=name', '--numeric-owner', '--one-file-system']
const XATTRS = ['--xattrs', '--xattrs-include=*']

/**
 * What the sources hold, read by GNU tar with owners, links and attributes: all files in one run, each folder in one.
 * Names are bytes (`latin1`).
 */
export async function* sourceEntries(
  tree: SourceTree,
  sources: readonly CopySource[],
): AsyncGenerator<SourceEntry, void, undefined> {
  const files = new Map(sources.filter((source) => !source.isDirectory).map((source) => [bytes(source.path), source]))
  if (files.size > 0) {
    const list = [...files.keys()].map((path) => `./${path}\0`).join('')
    const args = [...CREATE, ...XATTRS, `--directory=${tree.root}`, '--null', '--files-from=-']
    for await (const entry of runTar(tree, args, Buffer.from(list, 'latin1'))) {
      const source = files.get(entry.header.name.replace(/^\.\//, ''))
      if (source) yield { source, below: '', entry: relink(entry, (target) => files.get(target)?.name ?? target) }
    }
  }
  for (const source of sources.filter(({ isDirectory }) => isDirectory)) {
    const args = [...CREATE, ...XATTRS, `--directory=${tree.root}/${source.path}`, '.']
    for await (const entry of runTar(tree, args)) {
      const below = entry.header.name.replace(/^\.\/?/, '').replace(/\/$/, '')
      yield { source, below, entry: relink(entry, (target) => target) }
    }
  }
}

const bytes = (path: string): string => Buffer.from(path, 'utf8').toString('latin1')

/** Hard links name their target by its path in the archive. */
const relink = (entry: TarEntry, rename: (target: string) => string): TarEntry => {
  const xattrs = new Map([...(entry.header.xattrs ?? [])].filter(([key]) => !OVERLAY_XATTR.test(key)))
  const header: TarHeader = { ...entry.header, xattrs }
  if (header.type !== 'link' || header.linkname === undefined) return { header, body: entry.body }
  return { header: { ...header, linkname: rename(header.linkname.replace(/^\.\//, '')) }, body: entry.body }
}

async function* runTar(
  { host, signal }: SourceTree,
  args: readonly string[],
  input?: Uint8Array,
): AsyncGenerator<TarEntry, void, undefined> {
  const tar = host.start('tar', args, { signal, ...(input ? { input } : {}) })
  const settled = Promise.allSettled([tar.done])
  try {
    yield* readTar(tar.stdout as Readable, { encoding: 'latin1' })
    const [ending] = await settled
    if (ending.status === 'rejected') throw ending.reason
  } finally {
    tar.kill('SIGKILL')
    await settled
  }
}

/** Digest of all that a copy would copy, times left out: the same files give the same digest wherever they are from. */
export const hashSources = async (tree: SourceTree, sources: readonly CopySource[]): Promise<string> => {
  const hash = createHash('sha256')
  for await (const { source, below, entry } of sourceEntries(tree, sources)) {
    // A folder's own attributes are not copied, nor is its name.
    if (source.isDirectory && below === '') continue
    hashHeader(hash, { ...entry.header, name: source.isDirectory ? below : source.name })
    for await (const chunk of entry.body) hash.update(chunk)
  }
  return hash.digest('hex')
}

const hashHeader = (
  hash: Hash,
  { name, type, mode, uid, gid, size, linkname, devMajor, devMinor, xattrs }: TarHeader,
): void => {
  const attributes = [...(xattrs ?? [])].map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  hash.update(`${JSON.stringify([name, type, mode, uid, gid, size, linkname, devMajor, devMinor, attributes])}\n`)
}
