import { mkdir, readdir, readlink, rename, rmdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { KeyedMutex } from '../../lib/mutex.ts'
import { chainIds } from '../../spec/chain-id.ts'
import { type Digest, digest } from '../../spec/digest.ts'
import type { Host } from '../host/host.ts'
import { InitLayers } from './init-layers.ts'
import type { LayerStore } from './layer-store.ts'
import { mountPoints } from '../host/mount-table.ts'
import { overlayMount } from './overlay.ts'
import type { SnapshotPart } from './part.ts'
import { type SnapshotPaths, ingestFolder, toTrash } from './snapshot-paths.ts'
import type { Sweeper } from './sweeper.ts'
import { makeUpper } from './upper.ts'
import { folderUsage } from './usage.ts'

/** What one writable snapshot stands on. */
interface Active {
  readonly chain: Digest | undefined
  readonly init: boolean
}

export interface SnapshotStoreParts {
  readonly host: Host
  readonly paths: SnapshotPaths
  readonly sweeper: Sweeper
  readonly layers: LayerStore
  /** Real path of the folder that holds the mount points. */
  readonly mounts: string
}

const ID = /^[A-Za-z0-9][\w.-]{0,127}$/
/** Short name of the empty lower folder of a snapshot that stands on nothing. */
export const EMPTY_LOWER = 'empty'
/** A symlink beside a snapshot's folders: made and renamed with them, it is whole or not there. */
const RECORD = 'on'

/** Writable snapshots, each an overlay of the layers of an image, perhaps an init layer, and a folder of its own. */
export class SnapshotStore implements Omit<SnapshotPart, 'hasLayer'> {
  readonly #host: Host
  readonly #paths: SnapshotPaths
  readonly #sweeper: Sweeper
  readonly #layers: LayerStore
  readonly #inits: InitLayers
  readonly #mounts: string
  readonly #active = new Map<string, Active>()
  readonly #turns = new KeyedMutex()

  constructor({ host, paths, sweeper, layers, mounts }: SnapshotStoreParts) {
    this.#host = host
    this.#paths = paths
    this.#sweeper = sweeper
    this.#layers = layers
    this.#inits = new InitLayers(host, paths, sweeper)
    this.#mounts = mounts
  }

  async load(): Promise<void> {
    for (const id of await readdir(this.#paths.active)) {
      const [kind, chain] = (await readlink(join(this.#folder(id), RECORD)).catch(() => '')).split(' ')
      if (chain === undefined) await this.remove(id)
      else this.#active.set(id, { init: kind === 'init', chain: chain === '' ? undefined : digest(chain) })
    }
  }

  /** True when a snapshot stands on the layer. */
  isUsed(chainId: Digest): boolean {
    for (const { chain } of this.#active.values()) if (chain === chainId) return true
    return false
  }

  async prepare(id: string, diffIds: readonly Digest[], options: { init?: boolean } = {}): Promise<void> {
    if (!ID.test(id)) throw new Error(`"${id}" is no snapshot id`)
    await this.#turns.run(id, async () => {
      if (this.#active.has(id)) throw new Error(`snapshot "${id}" exists`)
      const active: Active = { chain: chainIds(diffIds).at(-1), init: options.init ?? false }
      const lowers = this.#layerLowers(active)
      this.#active.set(id, active)
      try {
        if (active.init) await this.#inits.ensure(active.chain, lowers)
        const folder = await ingestFolder(this.#paths)
        await makeUpper(this.#paths, folder, active.chain)
        await symlink(`${active.init ? 'init' : 'plain'} ${active.chain ?? ''}`, join(folder, RECORD))
        await rename(folder, this.#folder(id))
      } catch (error) {
        this.#active.delete(id)
        throw error
      }
    })
  }

  mount(id: string): Promise<string> {
    return this.#turns.run(id, async () => {
      const active = this.#get(id)
      const target = join(this.#mounts, id)
      if ((await mountPoints()).has(target)) return target
      await mkdir(target, { recursive: true, mode: 0o700 })
      const layers = this.#layerLowers(active)
      const lowers = active.init ? [this.#inits.lower(active.chain), ...layers] : layers
      const folder = join('..', 'active', id)
      const [upper, work] = [join(folder, 'fs'), join(folder, 'work')]
      await this.#host.mount([overlayMount({ target, cwd: this.#paths.links, lowers, upper, work })])
      return target
    })
  }

  unmount(id: string): Promise<void> {
    return this.#turns.run(id, () => this.#unmount(id))
  }

  async remove(id: string): Promise<void> {
    if (!ID.test(id)) return
    const trashed = await this.#turns.run(id, async () => {
      await this.#unmount(id)
      const moved = await toTrash(this.#paths, this.#folder(id))
      this.#active.delete(id)
      return moved
    })
    if (trashed !== undefined) await this.#sweeper.delete(trashed)
  }

  commit(id: string, options: { timestamp?: number } = {}): Promise<{ diffId: Digest; size: number }> {
    return this.#turns.run(id, async () => {
      const { chain } = this.#get(id)
      await this.#unmount(id)
      const folder = await ingestFolder(this.#paths)
      try {
        await rename(join(this.#folder(id), 'fs'), join(folder, 'fs'))
        return await this.#layers.adopt(folder, { ...options, ...(chain ? { parent: chain } : {}) })
      } finally {
        await this.#discard(folder)
        await this.#discard(this.#folder(id))
        this.#active.delete(id)
      }
    })
  }

  async usage(id: string): Promise<number> {
    this.#get(id)
    return folderUsage(this.#host, join(this.#folder(id), 'fs'))
  }

  async ids(): Promise<string[]> {
    return [...this.#active.keys()]
  }

  #folder(id: string): string {
    return join(this.#paths.active, id)
  }

  #get(id: string): Active {
    const active = this.#active.get(id)
    if (!active) throw new AppError('E_SNAPSHOT_NOT_FOUND', `Cannot use snapshot "${id}": it does not exist`)
    return active
  }

  /** @throws E_IMAGE_LAYER_MISSING */
  #layerLowers({ chain }: Active): string[] {
    const links = this.#layers.links(chain)
    return links.length === 0 ? [EMPTY_LOWER] : links
  }

  async #discard(folder: string): Promise<void> {
    const trashed = await toTrash(this.#paths, folder)
    if (trashed !== undefined) await this.#sweeper.delete(trashed)
  }

  async #unmount(id: string): Promise<void> {
    const target = join(this.#mounts, id)
    if ((await mountPoints()).has(target)) await this.#host.unmount([target])
    await rmdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}
