import { randomBytes } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, digestHex } from '../../spec/digest.ts'

/** The folders below `<root>/snapshots`. */
export interface SnapshotPaths {
  readonly base: string
  /** Short names of lower folders: the working directory of mounts, whose option page is small. */
  readonly links: string
  readonly layers: string
  readonly inits: string
  readonly active: string
  /** Where things are made, before one rename puts them in place. */
  readonly ingest: string
  /** Where things go by one rename, to be deleted. */
  readonly trash: string
}

export const snapshotPaths = (root: string): SnapshotPaths => {
  const base = join(root, 'snapshots')
  const below = (name: string): string => join(base, name)
  return {
    base,
    links: below('l'),
    layers: below('layers'),
    inits: below('init'),
    active: below('active'),
    ingest: below('ingest'),
    trash: below('trash'),
  }
}

export const layerFolder = (paths: SnapshotPaths, chainId: Digest): string => join(paths.layers, digestHex(chainId))

const randomName = (): string => randomBytes(8).toString('hex')

/** A new folder that only root can enter, outside of everything that is looked up by name. */
export const ingestFolder = async (paths: SnapshotPaths): Promise<string> => {
  const folder = join(paths.ingest, randomName())
  await mkdir(folder, { mode: 0o700 })
  return folder
}

/** Takes a folder out of its place in one step; the caller deletes it later. A missing one is no error. */
export const toTrash = async (paths: SnapshotPaths, folder: string): Promise<string | undefined> => {
  const trashed = join(paths.trash, randomName())
  try {
    await rename(folder, trashed)
    return trashed
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
