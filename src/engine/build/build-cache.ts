import { chainOn } from '../../spec/chain-id.ts'
import { type Digest, digestHex } from '../../spec/digest.ts'
import { sha256 } from '../../spec/sha256.ts'
import { type Records, openRecords } from '../store/records.ts'

/** What a key is made of; two keys differ where one of their parts does. */
export type KeyParts = Readonly<Record<string, string | number | readonly string[] | null>>

export interface CachedLayer {
  readonly key: string
  readonly parts: KeyParts
  readonly diffId: Digest
  readonly size: number
  /** RFC 3339. */
  readonly created: string
}

/** Layers of build steps by what they were made of. Kept on disk; a layer that is gone is a miss. */
export class BuildCache {
  readonly #records: Records<CachedLayer>
  readonly #layers: Map<string, CachedLayer>
  readonly #hasLayer: (chainId: Digest) => Promise<boolean>

  private constructor(
    records: Records<CachedLayer>,
    layers: CachedLayer[],
    hasLayer: (chainId: Digest) => Promise<boolean>,
  ) {
    this.#records = records
    this.#layers = new Map(layers.map((layer) => [layer.key, layer]))
    this.#hasLayer = hasLayer
  }

  static async open(folder: string, hasLayer: (chainId: Digest) => Promise<boolean>): Promise<BuildCache> {
    const records = await openRecords<CachedLayer>(folder)
    return new BuildCache(records, await records.load(), hasLayer)
  }

  /** The layer of a key, if it is unpacked on top of `parent`. */
  async find(key: string, parent: Digest | undefined): Promise<CachedLayer | undefined> {
    const layer = this.#layers.get(key)
    if (!layer) return undefined
    return (await this.#hasLayer(chainOn(parent, layer.diffId))) ? layer : undefined
  }

  async put(layer: CachedLayer): Promise<void> {
    this.#layers.set(layer.key, layer)
    await this.#records.put(layer.key, layer, { durable: false })
  }
}

/** The key of its parts, whatever order they are written in. */
export const cacheKey = (parts: KeyParts): string =>
  digestHex(sha256(JSON.stringify(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1)))))
