import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { ContainerConfig } from '../../port/containers.ts'
import type { Digest } from '../../spec/digest.ts'
import { canonicalName, familiarName, imageRef } from '../../spec/image-ref.ts'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import type { BlobStore } from '../store/blobs.ts'
import { ImageIndex, withRefs } from './image-index.ts'
import { ImageStore, type NewImage, unixNow } from './image-store.ts'
import { imageHistory, inspectImage } from './image-views.ts'
import { importImage } from './import-image.ts'
import type { LayerSink } from './layer-sink.ts'
import { listImages } from './list-images.ts'
import type { ImagePart } from './part.ts'
import { type ImageUser, removeImage } from './remove-image.ts'

/** {@link ImagePart}, and what the builder needs to make images of its own. */
export interface Images extends ImagePart {
  /** Stores an image whose layers are unpacked. @throws E_IMAGE_LAYER_MISSING */
  add(image: NewImage): Promise<Digest>
  /** The configuration as it is stored. */
  config(id: Digest): ReturnType<ImageStore['config']>
  /** Keeps layers (by chain id) from being deleted with an image until the answer is called. */
  lease(chain: readonly Digest[]): () => void
}

export interface ImagesOptions {
  readonly host: Host
  readonly paths: EnginePaths
  readonly blobs: BlobStore
  readonly layers: LayerSink
  /** Containers that were made of an image. */
  readonly usersOf?: (id: Digest) => readonly ImageUser[]
  /** Applies the instructions of `import --change` (`CMD ["sh"]`) to a configuration. */
  readonly applyChanges: (config: ContainerConfig, changes: readonly string[]) => ContainerConfig
}

export const openImages = async (options: ImagesOptions): Promise<Images> => {
  const { host, paths, blobs, layers } = options
  const temporary = join(paths.root, 'tmp', 'images')
  // What a crash left may have mounts in it, which must not be walked into.
  await host.run('rm', ['-rf', '--one-file-system', '--', temporary])
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const store = new ImageStore({ blobs, layers, index: await ImageIndex.open(paths) })
  const cache = join(paths.root, 'cache')
  return {
    list: (query = {}) => listImages(store, query.filters),
    inspect: async (reference) => inspectImage(store, store.find(reference)),
    history: async (reference) => imageHistory(store, store.find(reference)),
    async resolve(reference) {
      const id = store.find(reference)
      const { config, rootfs, os, architecture } = await store.config(id)
      return { id, config, diffIds: rootfs.diff_ids, os, architecture }
    },
    async tag(reference, target) {
      const id = store.find(reference)
      const name = imageRef(target)
      if (name.digest) {
        throw new AppError(
          'E_SPEC_INVALID',
          `Cannot tag "${familiarName(name)}": refusing to create a tag with a digest`,
        )
      }
      await store.index.update((table) => withRefs(table, id, [canonicalName(name)], unixNow()))
    },
    remove: async (reference, { force = false } = {}) =>
      removeImage(store, reference, { force, users: options.usersOf?.(store.find(reference)) ?? [] }),
    async *pull(reference, pullOptions = {}) {
      const { pullImage } = await import('./registry/pull-image.ts')
      yield* pullImage(store, reference, pullOptions)
    },
    import: (archive, { changes = [], ...rest }) =>
      importImage(store, archive, { ...rest, config: options.applyChanges({}, changes) }),
    async *bootstrap(name, { signal, ...rest } = {}) {
      const { bootstrapImage } = await import('./bootstrap/bootstrap-image.ts')
      yield* bootstrapImage({ store, host, cache, temporary, ...(signal ? { signal } : {}) }, name, rest)
    },
    add: (image) => store.add(image),
    config: (id) => store.config(id),
    lease: (chain) => store.lease(chain),
  }
}
