import type { ImageHistoryRow, ImageInspect, ImageSummary } from '../../port/images.ts'
import type { Digest } from '../../spec/digest.ts'
import { familiarName, imageRef } from '../../spec/image-ref.ts'
import type { ImageConfig } from './image-config.ts'
import type { ImageStore } from './image-store.ts'

/** Names with a tag, and names with a digest, as users write them. */
export const imageNames = (store: ImageStore, id: Digest): { tags: string[]; digests: string[] } => {
  const names = store.index.names(id)
  const familiar = (wanted: boolean): string[] =>
    names.filter((name) => name.includes('@') === wanted).map((name) => familiarName(imageRef(name)))
  return { tags: familiar(false), digests: familiar(true) }
}

export const createdSeconds = (config: ImageConfig): number => {
  const ms = Date.parse(config.created ?? '')
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000)
}

export const summarize = async (store: ImageStore, id: Digest): Promise<ImageSummary> => {
  const [config, size] = await Promise.all([store.config(id), store.size(id)])
  const { tags, digests } = imageNames(store, id)
  return {
    Id: id,
    ParentId: '',
    RepoTags: tags,
    RepoDigests: digests,
    Created: createdSeconds(config),
    Size: size,
    SharedSize: -1,
    Labels: config.config.Labels ?? null,
    Containers: -1,
  }
}

export const inspectImage = async (store: ImageStore, id: Digest): Promise<ImageInspect> => {
  const [config, size] = await Promise.all([store.config(id), store.size(id)])
  const { tags, digests } = imageNames(store, id)
  const tagged = store.index.table.images[id]?.tagged ?? 0
  return {
    Id: id,
    RepoTags: tags,
    RepoDigests: digests,
    Parent: '',
    Comment: config.history.at(-1)?.comment ?? '',
    Created: config.created ?? NEVER,
    Author: config.author ?? '',
    Config: config.config,
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: size,
    GraphDriver: { Name: 'overlay2', Data: null },
    RootFS: { Type: 'layers', Layers: [...config.rootfs.diff_ids] },
    Metadata: { LastTagTime: tagged === 0 ? NEVER : new Date(tagged * 1000).toISOString() },
  }
}

/** Go's zero time, which Docker's clients know. */
const NEVER = '0001-01-01T00:00:00Z'

/** Newest first; all but the newest rows have no id, since their images were never stored. */
export const imageHistory = async (store: ImageStore, id: Digest): Promise<ImageHistoryRow[]> => {
  const config = await store.config(id)
  const chain = store.chain(id)
  const sizes = await Promise.all(chain.map((chainId) => store.layers.layerSize(chainId)))
  const rows: ImageHistoryRow[] = []
  for (const entry of config.history) {
    const ms = Date.parse(entry.created ?? '')
    rows.unshift({
      Id: '<missing>',
      Created: Number.isNaN(ms) ? 0 : Math.floor(ms / 1000),
      CreatedBy: entry.created_by ?? '',
      Tags: null,
      Size: entry.empty_layer ? 0 : (sizes.shift() ?? 0),
      Comment: entry.comment ?? '',
    })
  }
  const { tags } = imageNames(store, id)
  const [top] = rows
  if (top) rows[0] = { ...top, Id: id, Tags: tags.length > 0 ? tags : null }
  return rows
}
