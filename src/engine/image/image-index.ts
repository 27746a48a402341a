import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyedMutex } from '../../lib/mutex.ts'
import type { Digest } from '../../spec/digest.ts'
import type { EnginePaths } from '../context.ts'
import { replaceFile } from '../store/replace-file.ts'

/** What is kept of an image beside its configuration. */
export interface ImageRecord {
  /** Unix seconds of the last tag, 0 for never. */
  readonly tagged: number
  /** Blobs that go when the image goes: manifest and layers of a pulled image, the configuration of any. */
  readonly blobs: readonly Digest[]
  /** Bottom first. */
  readonly diffIds: readonly Digest[]
}

/** Images by id, and names for them. */
export interface ImageTable {
  readonly images: Readonly<Record<Digest, ImageRecord>>
  /** Canonical names (`docker.io/library/nginx:latest`, `host/app@sha256:…`) → ids. */
  readonly refs: Readonly<Record<string, Digest>>
}

const FILE = 'images.json'

/** The table of images, in one file that is replaced as a whole. */
export class ImageIndex {
  readonly #path: string
  readonly #turns = new KeyedMutex()
  #table: ImageTable

  private constructor(path: string, table: ImageTable) {
    this.#path = path
    this.#table = table
  }

  static async open(paths: EnginePaths): Promise<ImageIndex> {
    const path = join(paths.root, FILE)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return '{"images":{},"refs":{}}'
    })
    return new ImageIndex(path, JSON.parse(text) as ImageTable)
  }

  get table(): ImageTable {
    return this.#table
  }

  /** Replaces the table by what `change` makes of it; changes come one after another. */
  update(change: (table: ImageTable) => ImageTable): Promise<void> {
    return this.#turns.run(FILE, async () => {
      const table = change(this.#table)
      if (table === this.#table) return
      await replaceFile(this.#path, `${JSON.stringify(table, undefined, 1)}\n`)
      this.#table = table
    })
  }

  /** Names of an image, in order. */
  names(id: Digest): string[] {
    return Object.keys(this.#table.refs)
      .filter((name) => this.#table.refs[name] === id)
      .sort()
  }
}

/** The table with names that point to an image, which must be in it. */
export const withRefs = (table: ImageTable, id: Digest, names: readonly string[], now: number): ImageTable => {
  const record = table.images[id]
  if (!record) return table
  const refs = { ...table.refs }
  for (const name of names) refs[name] = id
  return { images: { ...table.images, [id]: { ...record, tagged: now } }, refs }
}

export const withoutRefs = (table: ImageTable, names: readonly string[]): ImageTable => ({
  ...table,
  refs: Object.fromEntries(Object.entries(table.refs).filter(([name]) => !names.includes(name))),
})
