import { mkdir, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyedMutex } from '../../lib/mutex.ts'
import { type Digest, digestHex } from '../../spec/digest.ts'
import type { Host } from '../host/host.ts'
import { writeInitLayer } from './init-layer.ts'
import { overlayMount } from './overlay.ts'
import { type SnapshotPaths, ingestFolder } from './snapshot-paths.ts'
import type { Sweeper } from './sweeper.ts'
import { makeUpper } from './upper.ts'

/** One init layer for each image: it is never written to, so all of the image's containers share it. */
export class InitLayers {
  readonly #host: Host
  readonly #paths: SnapshotPaths
  readonly #sweeper: Sweeper
  readonly #turns = new KeyedMutex()

  constructor(host: Host, paths: SnapshotPaths, sweeper: Sweeper) {
    this.#host = host
    this.#paths = paths
    this.#sweeper = sweeper
  }

  /** Its folder as mounts name it. */
  lower(chain: Digest | undefined): string {
    return join('..', 'init', nameOf(chain), 'fs')
  }

  /** Makes it on top of the given lower folders, unless it is there. */
  ensure(chain: Digest | undefined, lowers: readonly string[]): Promise<void> {
    const place = join(this.#paths.inits, nameOf(chain))
    return this.#turns.run(place, async () => {
      if (await stat(place).catch(() => undefined)) return
      const folder = await ingestFolder(this.#paths)
      try {
        await this.#make(folder, chain, lowers)
        await rename(folder, place)
      } catch (error) {
        await this.#sweeper.delete(folder)
        throw error
      }
    })
  }

  async #make(folder: string, chain: Digest | undefined, lowers: readonly string[]): Promise<void> {
    const target = join(folder, 'root')
    await makeUpper(this.#paths, folder, chain)
    await mkdir(target)
    const [upper, work] = [join(folder, 'fs'), join(folder, 'work')]
    await this.#host.mount([overlayMount({ target, cwd: this.#paths.links, lowers, upper, work })])
    try {
      await writeInitLayer(target)
    } finally {
      await this.#host.unmount([target])
    }
    await rmdir(target)
  }
}

const nameOf = (chain: Digest | undefined): string => (chain === undefined ? 'scratch' : digestHex(chain))
