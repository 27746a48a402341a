import type { ContainerConfig } from '../../../port/containers.ts'
import type { Digest } from '../../../spec/digest.ts'
import { hostPlatform } from '../../../spec/platform.ts'
import type { ImageStore } from '../image-store.ts'

export interface BaseImage {
  /** Canonical name. */
  readonly name: string
  /** Root file system as tar. */
  readonly archive: AsyncIterable<Uint8Array>
  /** Unix seconds: no file and no record in the image is newer. */
  readonly epoch: number
  readonly config: ContainerConfig
  /** For `history`: what made it. */
  readonly createdBy: string
  readonly signal?: AbortSignal
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Stores an image of one layer. The same archive and epoch give the same id. */
export const addBaseImage = async (store: ImageStore, base: BaseImage): Promise<Digest> => {
  const { epoch, signal } = base
  const layer = await store.layers.import(base.archive, { timestamp: epoch, ...(signal ? { signal } : {}) })
  const release = store.lease([layer.diffId])
  try {
    const created = new Date(epoch * 1000).toISOString().replace('.000Z', 'Z')
    const config = {
      ...hostPlatform(),
      created,
      config: base.config,
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      history: [{ created, created_by: base.createdBy }],
    }
    return await store.add({ config: Buffer.from(JSON.stringify(config)), names: [base.name] })
  } finally {
    release()
  }
}
