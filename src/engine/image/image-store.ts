import { AppError } from '../../errors/app-error.ts'
import { chainIds } from '../../spec/chain-id.ts'
import { type Digest, isDigest } from '../../spec/digest.ts'
import { type ImageRef, canonicalName, familiarName, imageRef } from '../../spec/image-ref.ts'
import type { BlobStore } from '../store/blobs.ts'
import { type ImageConfig, parseImageConfig } from './image-config.ts'
import { type ImageIndex, withRefs } from './image-index.ts'
import type { LayerSink } from './layer-sink.ts'

export interface NewImage {
  /** The configuration's exact bytes: their digest is the id. */
  readonly config: Uint8Array
  /** Canonical names to give it. */
  readonly names?: readonly string[]
  /** Blobs that belong to it beside the configuration. */
  readonly blobs?: readonly Digest[]
}

/** Images with their configurations, names and layers; what the verbs of the image part are made of. */
export class ImageStore {
  readonly blobs: BlobStore
  readonly layers: LayerSink
  readonly index: ImageIndex
  readonly #configs = new Map<Digest, Promise<ImageConfig>>()
  readonly #leases = new Map<Digest, number>()

  constructor(parts: { blobs: BlobStore; layers: LayerSink; index: ImageIndex }) {
    this.blobs = parts.blobs
    this.layers = parts.layers
    this.index = parts.index
  }

  /**
   * The id of an image by name, id, or the beginning of an id; names win.
   * @throws E_IMAGE_NOT_FOUND; E_IMAGE_AMBIGUOUS; E_SPEC_INVALID for what is neither
   */
  find(reference: string): Digest {
    const { images, refs } = this.index.table
    const whole = reference.startsWith('sha256:') ? reference : `sha256:${reference}`
    if (isDigest(whole)) {
      if (images[whole]) return whole
      throw notFound(reference)
    }
    if (reference.startsWith('sha256:')) return this.#byPrefix(reference.slice('sha256:'.length)) ?? fail(reference)
    const name = nameOf(reference)
    const named = name && refs[storedName(name)]
    if (named) return named
    const found = this.#byPrefix(reference)
    if (found) return found
    throw notFound(name ? familiarName(name) : reference)
  }

  #byPrefix(prefix: string): Digest | undefined {
    if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined
    const ids = (Object.keys(this.index.table.images) as Digest[]).filter((id) => id.startsWith(`sha256:${prefix}`))
    if (ids.length > 1) {
      throw new AppError('E_IMAGE_AMBIGUOUS', `Cannot find image "${prefix}": ${ids.length} ids begin with it`)
    }
    return ids[0]
  }

  config(id: Digest): Promise<ImageConfig> {
    const known = this.#configs.get(id)
    if (known) return known
    const reading = this.blobs.bytes(id).then(parseImageConfig)
    this.#configs.set(id, reading)
    reading.catch(() => this.#configs.delete(id))
    return reading
  }

  /** Chain ids of an image's layers, bottom first. */
  chain(id: Digest): Digest[] {
    return chainIds(this.index.table.images[id]?.diffIds ?? [])
  }

  /** Bytes of all layers. */
  async size(id: Digest): Promise<number> {
    const sizes = await Promise.all(this.chain(id).map((chainId) => this.layers.layerSize(chainId)))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Stores an image whose layers are unpacked, and names it. @throws E_IMAGE_LAYER_MISSING */
  async add(image: NewImage): Promise<Digest> {
    const diffIds = parseImageConfig(image.config).rootfs.diff_ids
    const { digest: id } = await this.blobs.write(image.config)
    for (const chainId of chainIds(diffIds)) {
      if (await this.layers.hasLayer(chainId)) continue
      throw new AppError('E_IMAGE_LAYER_MISSING', `Cannot store image "${id}": its layer "${chainId}" is not unpacked`)
    }
    await this.index.update((table) => {
      const before = table.images[id]
      const blobs = [...new Set([...(before?.blobs ?? [id]), ...(image.blobs ?? [])])]
      const record = { tagged: before?.tagged ?? 0, blobs, diffIds }
      const added = { ...table, images: { ...table.images, [id]: record } }
      return image.names?.length ? withRefs(added, id, image.names, unixNow()) : added
    })
    return id
  }

  /** Keeps layers from being deleted with an image, until the answer is called: they are about to be used. */
  lease(chain: readonly Digest[]): () => void {
    for (const id of chain) this.#leases.set(id, (this.#leases.get(id) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      for (const id of chain) {
        const left = (this.#leases.get(id) ?? 1) - 1
        if (left === 0) this.#leases.delete(id)
        else this.#leases.set(id, left)
      }
    }
  }

  isLeased(chainId: Digest): boolean {
    return this.#leases.has(chainId)
  }
}

export const unixNow = (): number => Math.floor(Date.now() / 1000)

/** The key of the table of names: of a name with tag and digest the digest counts. */
export const storedName = (name: ImageRef): string => {
  if (!name.digest) return canonicalName(name)
  return canonicalName({ registry: name.registry, repository: name.repository, digest: name.digest })
}

const nameOf = (reference: string): ImageRef | undefined => {
  try {
    return imageRef(reference)
  } catch (error) {
    // `4e5021d2` may be an id, and `DEADBEEF` is neither.
    if (/^[0-9a-f]+$/.test(reference)) return undefined
    throw error
  }
}

const notFound = (reference: string): AppError => new AppError('E_IMAGE_NOT_FOUND', `No such image: ${reference}`)

const fail = (reference: string): never => {
  throw notFound(reference)
}
