import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import type { Images } from '../image/open-images.ts'
import type { BuildPart, StepRunner } from '../image/part.ts'
import type { Snapshots } from '../snapshot/open-snapshots.ts'
import { BuildCache } from './build-cache.ts'
import { buildImage } from './build-image.ts'
import type { BuilderParts } from './build-job.ts'

export interface BuilderOptions {
  readonly host: Host
  readonly paths: EnginePaths
  readonly images: Images
  readonly snapshots: Snapshots
  readonly runner: StepRunner
}

/** Opens the builder; contexts that a crash left are swept. */
export const openBuilder = async ({ host, paths, images, snapshots, runner }: BuilderOptions): Promise<BuildPart> => {
  const temporary = join(paths.root, 'tmp', 'build')
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const cache = await BuildCache.open(join(paths.root, 'buildcache'), (chainId) => snapshots.hasLayer(chainId))
  const parts: BuilderParts = { host, images, snapshots, runner, cache, temporary }
  return { build: (context, options) => buildImage(parts, context, options) }
}
