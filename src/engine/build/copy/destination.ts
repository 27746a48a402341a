import type { Stats } from 'node:fs'
import { AppError } from '../../../errors/app-error.ts'
import type { TarHeader } from '../../../lib/tar/tar-header.ts'
import { lstatOrNothing } from '../in-root.ts'
import type { Owner } from '../owner.ts'

export interface DestinationOptions {
  /** Mounted root file system of the image so far. */
  readonly rootfs: string
  /** `--chown`: the owner of all that is made. */
  readonly owner?: Owner
  /** `--chmod`: the mode of all that is made. */
  readonly mode?: number
}

/**
 * Places entries in a layer on top of a root file system: what is a folder there keeps its attributes, and nothing
 * goes through what is not a folder. Paths are bytes (`latin1`), without a slash in front.
 */
export class Destination {
  readonly #options: DestinationOptions
  readonly #made = new Set<string>()
  readonly #missing = new Set<string>()

  constructor(options: DestinationOptions) {
    this.#options = options
  }

  /** Headers for a folder and those above it that are not in the layer yet. */
  async folder(path: string, model?: TarHeader): Promise<TarHeader[]> {
    if (path === '' || this.#made.has(path)) return []
    const slash = path.lastIndexOf('/')
    const above = slash < 0 ? [] : await this.folder(path.slice(0, slash))
    const found = await this.#lookUp(path)
    if (found && !found.isDirectory()) throw notAFolder(path)
    this.#made.add(path)
    return [
      ...above,
      found ? existingFolder(path, found) : this.#changed(model ? { ...model, name: path } : newFolder(path)),
    ]
  }

  /** Headers for an entry and the folders above it that are not in the layer yet. */
  async entry(path: string, header: TarHeader): Promise<TarHeader[]> {
    if (header.type === 'directory') return this.folder(path, header)
    const slash = path.lastIndexOf('/')
    const above = slash < 0 ? [] : await this.folder(path.slice(0, slash))
    if ((await this.#lookUp(path))?.isDirectory() || this.#made.has(path)) {
      throw new AppError('E_BUILD_COPY', `cannot copy to "/${text(path)}": it is a folder, and the source is none`)
    }
    return [...above, this.#changed({ ...header, name: path })]
  }

  /** What the root file system has there; below what it does not have nothing needs to be looked up. */
  async #lookUp(path: string): Promise<Stats | undefined> {
    const slash = path.lastIndexOf('/')
    if (slash > 0 && this.#missing.has(path.slice(0, slash))) {
      this.#missing.add(path)
      return undefined
    }
    const found = await lstatOrNothing(Buffer.from(`${this.#options.rootfs}/${text(path)}`))
    if (!found) this.#missing.add(path)
    return found
  }

  #changed(header: TarHeader): TarHeader {
    const { owner, mode } = this.#options
    const isLink = header.type === 'symlink'
    return { ...header, ...owner, ...(mode === undefined || isLink ? {} : { mode }) }
  }
}

/** Bytes as the UTF-8 they are. */
const text = (path: string): string => Buffer.from(path, 'latin1').toString('utf8')

const notAFolder = (path: string): AppError =>
  new AppError('E_BUILD_COPY', `cannot copy to non-directory: /${text(path)}`, {
    hint: 'The image has a file or symlink of this name where the source has a folder',
  })

const newFolder = (path: string): TarHeader => ({
  name: path,
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: Math.floor(Date.now() / 1000),
})

const existingFolder = (path: string, stats: Stats): TarHeader => ({
  name: path,
  type: 'directory',
  mode: stats.mode & 0o7777,
  uid: stats.uid,
  gid: stats.gid,
  size: 0,
  mtime: Math.floor(stats.mtimeMs / 1000),
})
