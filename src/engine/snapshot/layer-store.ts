import { mkdir, readdir, readlink, rename, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { KeyedMutex } from '../../lib/mutex.ts'
import { chainOn } from '../../spec/chain-id.ts'
import { type Digest, digestHex, isDigest } from '../../spec/digest.ts'
import type { Host } from '../host/host.ts'
import { type LayerRecord, readLayerRecord, writeLayerRecord } from './layer-record.ts'
import { hashLayer, layerTar } from './layer-tar.ts'
import { type SnapshotPaths, ingestFolder, layerFolder, toTrash } from './snapshot-paths.ts'
import type { Sweeper } from './sweeper.ts'
import { unpackLayer } from './unpack.ts'

export interface NewLayer {
  readonly parent?: Digest
  readonly timestamp?: number
  readonly signal?: AbortSignal
}

/** A layer of an image, whose content is known by digest. */
export interface KnownLayer {
  readonly diffId: Digest
  readonly parent?: Digest
  /** Bytes of its archive as it is packed. */
  readonly packedSize?: number
  readonly signal?: AbortSignal
}

/** Unpacked, read-only layers by chain id. One engine owns them, so what is in memory is what is there. */
export class LayerStore {
  readonly #host: Host
  readonly #paths: SnapshotPaths
  readonly #sweeper: Sweeper
  readonly #records = new Map<Digest, LayerRecord>()
  readonly #turns = new KeyedMutex()

  constructor(host: Host, paths: SnapshotPaths, sweeper: Sweeper) {
    this.#host = host
    this.#paths = paths
    this.#sweeper = sweeper
  }

  /** Reads what is there; a folder without a whole record is what a crash left, and goes. */
  async load(): Promise<void> {
    for (const name of await readdir(this.#paths.layers)) {
      const folder = join(this.#paths.layers, name)
      const record = await readLayerRecord(folder)
      const chainId = `sha256:${name}`
      if (record && isDigest(chainId)) this.#records.set(chainId, record)
      else await this.#discard(folder)
    }
  }

  has(chainId: Digest): boolean {
    return this.#records.has(chainId)
  }

  size(chainId: Digest): number {
    return this.#get(chainId).size
  }

  ids(): Digest[] {
    return [...this.#records.keys()]
  }

  /** Short names from the given layer down to the bottom. @throws E_IMAGE_LAYER_MISSING */
  links(chainId: Digest | undefined): string[] {
    const links: string[] = []
    for (let at = chainId; at !== undefined;) {
      const record = this.#get(at)
      links.push(record.link)
      at = record.parent
    }
    return links
  }

  /** The layer itself and all below it. */
  chain(chainId: Digest | undefined): Digest[] {
    const chain: Digest[] = []
    for (let at = chainId; at !== undefined; at = this.#get(at).parent) chain.push(at)
    return chain
  }

  /** Unpacks an archive whose diff id is known. The layer being there already is no error. */
  async unpack(archive: () => AsyncIterable<Uint8Array>, layer: KnownLayer): Promise<void> {
    const chainId = chainOn(layer.parent, layer.diffId)
    await this.#turns.run(chainId, async () => {
      if (this.has(chainId)) return
      const { packedSize, signal } = layer
      await this.#ingest(async (folder) => {
        const { diffId, size } = await unpackLayer(archive(), join(folder, 'fs'), {
          host: this.#host,
          ...(packedSize === undefined ? {} : { packedSize }),
          ...(signal ? { signal } : {}),
        })
        if (diffId !== layer.diffId) {
          throw new AppError(
            'E_IMAGE_DIGEST',
            `Cannot use layer "${layer.diffId}": its content has the digest ${diffId}`,
          )
        }
        await this.#place(folder, chainId, { diffId, size, ...parentOf(layer) })
      })
    })
  }

  /** Unpacks an archive and makes a layer of what came out: its diff id is that of {@link archive}. */
  async import(archive: AsyncIterable<Uint8Array>, layer: NewLayer): Promise<{ diffId: Digest; size: number }> {
    return this.#ingest(async (folder) => {
      const { signal } = layer
      await unpackLayer(archive, join(folder, 'fs'), { host: this.#host, ...(signal ? { signal } : {}) })
      return this.adopt(folder, layer)
    })
  }

  /** Makes a layer of `folder`, which has a `fs` folder in it, and moves it in. */
  async adopt(folder: string, layer: NewLayer): Promise<{ diffId: Digest; size: number }> {
    const { timestamp, signal } = layer
    const clamp = timestamp === undefined ? {} : { timestamp }
    const hashed = await hashLayer(join(folder, 'fs'), { host: this.#host, ...clamp, ...(signal ? { signal } : {}) })
    const chainId = chainOn(layer.parent, hashed.diffId)
    await this.#turns.run(chainId, async () => {
      if (!this.has(chainId)) await this.#place(folder, chainId, { ...hashed, ...parentOf(layer), ...clamp })
    })
    return hashed
  }

  /** The archive of a layer that was made here: its digest is the layer's diff id. */
  archive(chainId: Digest, options: { signal?: AbortSignal } = {}): AsyncIterable<Uint8Array> {
    const { timestamp } = this.#get(chainId)
    const clamp = timestamp === undefined ? {} : { timestamp }
    return layerTar(join(layerFolder(this.#paths, chainId), 'fs'), { host: this.#host, ...clamp, ...options })
  }

  /** Deletes a layer; false when another layer stands on it or `isUsed` says so. */
  async remove(chainId: Digest, isUsed: (chainId: Digest) => boolean): Promise<boolean> {
    return this.#turns.run(chainId, async () => {
      const record = this.#records.get(chainId)
      if (!record) return true
      if (isUsed(chainId) || [...this.#records.values()].some(({ parent }) => parent === chainId)) return false
      this.#records.delete(chainId)
      await this.#discard(layerFolder(this.#paths, chainId))
      await unlink(join(this.#paths.links, record.link)).catch(() => undefined)
      await this.#discard(join(this.#paths.inits, digestHex(chainId)))
      return true
    })
  }

  #get(chainId: Digest): LayerRecord {
    const record = this.#records.get(chainId)
    if (!record) throw new AppError('E_IMAGE_LAYER_MISSING', `Cannot use layer "${chainId}": it is not unpacked`)
    return record
  }

  async #ingest<T>(make: (folder: string) => Promise<T>): Promise<T> {
    const folder = await ingestFolder(this.#paths)
    try {
      await mkdir(join(folder, 'fs'), { mode: 0o755 })
      return await make(folder)
    } finally {
      await this.#discard(folder)
    }
  }

  async #place(folder: string, chainId: Digest, layer: Omit<LayerRecord, 'link'>): Promise<void> {
    const link = await this.#link(chainId)
    const record = { ...layer, link }
    await writeLayerRecord(folder, record)
    await rename(folder, layerFolder(this.#paths, chainId))
    this.#records.set(chainId, record)
  }

  /** A short name for the layer's files: as many digits of the chain id as it takes to be the only one. */
  async #link(chainId: Digest): Promise<string> {
    const hex = digestHex(chainId)
    const target = join('..', 'layers', hex, 'fs')
    for (let digits = 10; ; digits++) {
      const name = hex.slice(0, digits)
      const path = join(this.#paths.links, name)
      if ((await readlink(path).catch(() => undefined)) === target) return name
      try {
        await symlink(target, path)
        return name
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || digits >= hex.length) throw error
      }
    }
  }

  async #discard(folder: string): Promise<void> {
    const trashed = await toTrash(this.#paths, folder)
    if (trashed !== undefined) await this.#sweeper.delete(trashed)
  }
}

const parentOf = ({ parent }: { parent?: Digest }): { parent?: Digest } => (parent === undefined ? {} : { parent })
