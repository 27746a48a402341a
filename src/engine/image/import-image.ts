import { reportsOf } from '../../lib/async-queue.ts'
import { AppError } from '../../errors/app-error.ts'
import type { ProgressMessage } from '../../port/common.ts'
import type { ContainerConfig } from '../../port/containers.ts'
import { canonicalName, familiarName, imageRef } from '../../spec/image-ref.ts'
import { hostPlatform, parsePlatform } from '../../spec/platform.ts'
import type { ImageStore } from './image-store.ts'

export interface ImportOptions {
  readonly reference?: string
  readonly message?: string
  /** The configuration that the changes of the caller make. */
  readonly config: ContainerConfig
  readonly platform?: string
  readonly signal?: AbortSignal
}

/** Makes an image of one layer of a root file system's archive; the last message is its id, as Docker says it. */
export const importImage = (
  store: ImageStore,
  archive: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncIterable<ProgressMessage> =>
  reportsOf(async (report, signal) => {
    const names = options.reference ? [nameFor(options.reference)] : []
    const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform)
    if (!platform)
      throw new AppError('E_SPEC_INVALID', `Cannot read platform "${options.platform}": not OS/ARCHITECTURE`)
    const { diffId } = await store.layers.import(archive, { signal })
    const release = store.lease([diffId])
    try {
      const created = new Date().toISOString()
      const config = {
        ...platform,
        created,
        config: options.config,
        rootfs: { type: 'layers', diff_ids: [diffId] },
        history: [{ created, comment: options.message ?? 'Imported from -' }],
      }
      report({ status: await store.add({ config: Buffer.from(JSON.stringify(config)), names }) })
    } finally {
      release()
    }
  }, options.signal)

const nameFor = (reference: string): string => {
  const name = imageRef(reference)
  if (!name.digest) return canonicalName(name)
  throw new AppError('E_SPEC_INVALID', `Cannot import as "${familiarName(name)}": a digest cannot be given to an image`)
}
