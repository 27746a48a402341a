import type { TarEntry } from '../../lib/tar/read-tar.ts'
import { TarError, type TarHeader } from '../../lib/tar/tar-header.ts'
import type { TarSource } from '../../lib/tar/write-tar.ts'
import { LayerTree, entryParts, show } from './layer-tree.ts'

export const WHITEOUT = '.wh.'
export const OPAQUE_MARKER = '.wh..wh..opq'
export const OPAQUE_XATTR = 'trusted.overlay.opaque'
/** Attributes that steer overlayfs: a layer may not bring its own. */
export const OVERLAY_XATTR = /^(?:trusted|user)\.overlay\./

const MAX_ID = 2 ** 32 - 2
const MAX_ENTRIES = 4_000_000
const MAX_TARGET = 4095

/** Counts what went through a filter. */
export interface LayerTotals {
  /** Bytes of files, hard links counted once. */
  size: number
  entries: number
}

export interface FilterOptions {
  /** Counted up while entries pass. */
  readonly totals?: LayerTotals
  /** False for an archive that is no layer: `.wh.` names mean nothing in it. */
  readonly whiteouts?: boolean
}

/**
 * A layer's entries (OCI image-spec, layer.md) as entries that can be unpacked into an empty folder and then serve
 * overlayfs: names made relative, parents resolved inside the layer, whiteouts as character devices 0:0, opaque
 * folders by their attribute. What could reach out of the folder, or that layers may not hold, is refused by name.
 * @throws TarError
 */
export async function* filterLayer(
  entries: AsyncIterable<TarEntry>,
  { totals = { size: 0, entries: 0 }, whiteouts = true }: FilterOptions = {},
): AsyncGenerator<TarSource, void, undefined> {
  const tree = new LayerTree()
  for await (const { header, body } of entries) {
    totals.entries += 1
    totals.size += header.size
    if (totals.entries > MAX_ENTRIES) throw new TarError(`it has more than ${MAX_ENTRIES} entries`)
    for (const placed of placeEntry(tree, header, whiteouts)) {
      yield placed.type === 'file' ? { header: placed, body } : { header: placed }
    }
  }
}

/** The headers to write for one entry: parents that are missing, and the entry itself unless it is dropped. */
function* placeEntry(tree: LayerTree, entry: TarHeader, whiteouts: boolean): Generator<TarHeader, void, undefined> {
  const header = checked(entry)
  const parts = entryParts(header.name)
  const base = parts.at(-1)
  if (base === undefined) {
    if (header.type !== 'directory') throw new TarError('its root is no folder')
    yield { ...header, name: './' }
    return
  }
  if (whiteouts && parts.slice(0, -1).some((part) => part.startsWith(WHITEOUT))) {
    throw new TarError(`${show(header.name)} lies in a folder named like a whiteout`)
  }
  const path = tree.place(parts)
  for (const parent of tree.missingParents(path)) {
    yield addDirectory(tree, parent, { ...header, ...PLAIN_FOLDER })
  }
  if (whiteouts && base.startsWith(WHITEOUT)) yield* placeWhiteout(tree, path, header)
  else if (header.type === 'directory') yield addDirectory(tree, path, header)
  else yield placeLeaf(tree, path, header)
}

const PLAIN_FOLDER = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, xattrs: new Map() } as const

const addDirectory = (tree: LayerTree, path: string, header: TarHeader): TarHeader => {
  if (tree.kind(path) === 'whiteout') tree.setOpaque(path)
  const { linkname: _, ...folder } = { ...header, name: path }
  tree.add(path, folder)
  return printed(tree, path, folder)
}

const printed = (tree: LayerTree, path: string, folder: TarHeader): TarHeader => {
  if (!tree.isOpaque(path)) return folder
  return { ...folder, xattrs: new Map([...(folder.xattrs ?? []), [OPAQUE_XATTR, Buffer.from('y')]]) }
}

const placeLeaf = (tree: LayerTree, path: string, header: TarHeader): TarHeader => {
  if (tree.kind(path) === 'directory') throw new TarError(`${show(path)} replaces a folder of the same layer`)
  const placed = header.type === 'link' ? placeLink(tree, path, header) : { ...header, name: path }
  tree.add(path, placed)
  return placed
}

const placeLink = (tree: LayerTree, path: string, header: TarHeader): TarHeader => {
  const target = tree.place(entryParts(header.linkname ?? ''))
  const kind = tree.kind(target)
  if (kind !== 'other' && kind !== 'symlink') {
    throw new TarError(`${show(path)} is a hard link to ${show(target)}, which is no file of this layer`)
  }
  if (target === path) throw new TarError(`${show(path)} is a hard link to itself`)
  return { ...header, name: path, linkname: target }
}

function* placeWhiteout(tree: LayerTree, marker: string, header: TarHeader): Generator<TarHeader, void, undefined> {
  const slash = marker.lastIndexOf('/') + 1
  const parent = marker.slice(0, Math.max(0, slash - 1))
  const base = marker.slice(slash)
  if (base === OPAQUE_MARKER) {
    yield* hideLower(tree, parent)
    return
  }
  // The other names of this kind are bookkeeping of aufs, which Docker skips as well.
  if (base.startsWith(WHITEOUT + WHITEOUT)) return
  const hidden = base.slice(WHITEOUT.length)
  if (hidden === '' || hidden === '.' || hidden === '..') throw new TarError(`${show(marker)} is a whiteout of nothing`)
  const path = marker.slice(0, slash) + hidden
  const kind = tree.kind(path)
  if (kind === 'directory') yield* hideLower(tree, path)
  else if (kind === undefined) {
    tree.addWhiteout(path)
    yield { name: path, type: 'char', mode: 0, uid: 0, gid: 0, size: 0, mtime: header.mtime, devMajor: 0, devMinor: 0 }
  }
}

/** Makes a folder of this layer opaque by writing it once more, with the attribute. */
function* hideLower(tree: LayerTree, path: string): Generator<TarHeader, void, undefined> {
  if (path === '') throw new TarError('it hides everything below itself, which is not supported')
  tree.setOpaque(path)
  const folder = tree.directory(path)
  if (folder) yield printed(tree, path, folder)
}

const checked = (header: TarHeader): TarHeader => {
  const name = show(header.name)
  if (header.uid > MAX_ID || header.gid > MAX_ID) throw new TarError(`${name} has an owner that is out of range`)
  const isDevice = header.type === 'char' || header.type === 'block'
  if (isDevice && !header.devMajor && !header.devMinor) {
    throw new TarError(`${name} is the device 0:0, which overlayfs takes for a whiteout`)
  }
  if (header.type === 'symlink') {
    const target = header.linkname ?? ''
    if (target === '' || target.includes('\0') || target.length > MAX_TARGET) {
      throw new TarError(`${name} is a symlink with an unusable target`)
    }
  }
  const kept = [...(header.xattrs ?? [])].filter(([key]) => !OVERLAY_XATTR.test(key))
  return { ...header, xattrs: new Map(kept) }
}
