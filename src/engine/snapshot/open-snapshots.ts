import { chmod, chown, mkdir, readdir, readlink, realpath, rename, rmdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { KeyedMutex } from '../../lib/mutex.ts'
import { chainIds } from '../../spec/chain-id.ts'
import { type Digest, digest, digestHex } from '../../spec/digest.ts'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import { writeInitLayer } from './init-layer.ts'
import { LayerStore, type NewLayer } from './layer-store.ts'
import { mountPoints } from './mount-table.ts'
import { overlayMount } from './overlay.ts'
import type { SnapshotPart } from './part.ts'
import { type SnapshotPaths, ingestFolder, layerFolder, snapshotPaths, toTrash } from './snapshot-paths.ts'
import { Sweeper } from './sweeper.ts'

/** {@link SnapshotPart}, and the layers that images are unpacked to. */
export interface Snapshots extends SnapshotPart {
  /** Unpacks a layer of an image; that it is there already is no error. @throws E_IMAGE_LAYER, E_IMAGE_DIGEST */
  unpack(
    archive: () => AsyncIterable<Uint8Array>,
    layer: { diffId: Digest; parent?: Digest; packedSize?: number; signal?: AbortSignal },
  ): Promise<void>
  /** Makes a layer of an archive; files that are newer than `timestamp` (Unix seconds) are hashed as of then. */
  import(archive: AsyncIterable<Uint8Array>, layer?: NewLayer): Promise<{ diffId: Digest; size: number }>
  /** The archive of a layer that {@link import} or {@link SnapshotPart.commit} made, with the digest of its diff id. */
  archive(chainId: Digest, options?: { signal?: AbortSignal }): AsyncIterable<Uint8Array>
  /** Bytes of the files of a layer. @throws E_IMAGE_LAYER_MISSING */
  layerSize(chainId: Digest): Promise<number>
  /** Deletes a layer; false when a layer or a snapshot stands on it. */
  removeLayer(chainId: Digest): Promise<boolean>
  layers(): Promise<Digest[]>
}

/** What one writable snapshot stands on. */
interface Active {
  readonly chain: Digest | undefined
  readonly init: boolean
}

const ID = /^[A-Za-z0-9][\w.-]{0,127}$/
/** Short name of the empty lower folder of a snapshot that stands on nothing. */
const EMPTY = 'empty'

/** Opens the snapshots of a data root and sweeps what a crash left half made. Mounts are left as they are. */
export const openSnapshots = async (options: { host: Host; paths: EnginePaths }): Promise<Snapshots> => {
  const { host } = options
  const paths = snapshotPaths(options.paths.root)
  for (const folder of [paths.base, paths.links, paths.layers, paths.inits, paths.active, paths.ingest, paths.trash]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  await mkdir(join(paths.links, EMPTY), { recursive: true, mode: 0o755 })
  const mounts = join(options.paths.state, 'rootfs')
  await mkdir(mounts, { recursive: true, mode: 0o711 })
  const sweeper = new Sweeper(host)
  await sweepLeftovers({ host, paths, sweeper })
  const layers = new LayerStore(host, paths, sweeper)
  await layers.load()
  const store = new SnapshotStore({ host, paths, sweeper, layers, mounts: await realpath(mounts) })
  await store.load()
  return store
}

/** Unmounts and deletes what was being made or deleted when the last engine ended. */
const sweepLeftovers = async (parts: { host: Host; paths: SnapshotPaths; sweeper: Sweeper }): Promise<void> => {
  const { host, paths, sweeper } = parts
  const ingest = await realpath(paths.ingest)
  const stale = [...(await mountPoints())].filter((point) => point.startsWith(`${ingest}/`))
  if (stale.length > 0) await host.unmount(stale)
  const folders: string[] = []
  for (const parent of [paths.ingest, paths.trash]) {
    for (const name of await readdir(parent)) folders.push(join(parent, name))
  }
  await Promise.all(folders.map((folder) => sweeper.delete(folder)))
}

interface Parts {
  readonly host: Host
  readonly paths: SnapshotPaths
  readonly sweeper: Sweeper
  readonly layers: LayerStore
  /** Real path of the folder that holds the mount points. */
  readonly mounts: string
}

class SnapshotStore implements Snapshots {
  readonly #host: Host
  readonly #paths: SnapshotPaths
  readonly #sweeper: Sweeper
  readonly #layers: LayerStore
  readonly #mounts: string
  readonly #active = new Map<string, Active>()
  readonly #turns = new KeyedMutex()

  constructor({ host, paths, sweeper, layers, mounts }: Parts) {
    this.#host = host
    this.#paths = paths
    this.#sweeper = sweeper
    this.#layers = layers
    this.#mounts = mounts
  }

  /** A snapshot's record is a symlink beside its folders: made and renamed with them, whole or not there. */
  async load(): Promise<void> {
    for (const id of await readdir(this.#paths.active)) {
      const [kind, chain] = (await readlink(join(this.#folder(id), RECORD)).catch(() => '')).split(' ')
      if (chain === undefined) await this.remove(id)
      else this.#active.set(id, { init: kind === 'init', chain: chain === '' ? undefined : digest(chain) })
    }
  }

  async hasLayer(chainId: Digest): Promise<boolean> {
    return this.#layers.has(chainId)
  }

  async layerSize(chainId: Digest): Promise<number> {
    return this.#layers.size(chainId)
  }

  async layers(): Promise<Digest[]> {
    return this.#layers.ids()
  }

  unpack(
    archive: () => AsyncIterable<Uint8Array>,
    layer: { diffId: Digest; parent?: Digest; packedSize?: number; signal?: AbortSignal },
  ): Promise<void> {
    return this.#layers.unpack(archive, layer)
  }

  import(archive: AsyncIterable<Uint8Array>, layer: NewLayer = {}): Promise<{ diffId: Digest; size: number }> {
    return this.#layers.import(archive, layer)
  }

  archive(chainId: Digest, options?: { signal?: AbortSignal }): AsyncIterable<Uint8Array> {
    return this.#layers.archive(chainId, options)
  }

  removeLayer(chainId: Digest): Promise<boolean> {
    return this.#layers.remove(chainId, (id) => {
      for (const { chain } of this.#active.values()) if (chain === id) return true
      return false
    })
  }

  async prepare(id: string, diffIds: readonly Digest[], options: { init?: boolean } = {}): Promise<void> {
    if (!ID.test(id)) throw new Error(`"${id}" is no snapshot id`)
    await this.#turns.run(id, async () => {
      if (this.#active.has(id)) throw new Error(`snapshot "${id}" exists`)
      const active: Active = { chain: chainIds(diffIds).at(-1), init: options.init ?? false }
      this.#layers.links(active.chain)
      this.#active.set(id, active)
      try {
        if (active.init) await this.#ensureInit(active.chain)
        const folder = await ingestFolder(this.#paths)
        await this.#makeUpper(folder, active)
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
      const folder = join('..', 'active', id)
      await this.#host.mount([
        overlayMount({
          target,
          cwd: this.#paths.links,
          lowers: this.#lowers(active),
          upper: join(folder, 'fs'),
          work: join(folder, 'work'),
        }),
      ])
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
    const upper = join(this.#folder(id), 'fs')
    const args = [upper, '-xdev', '!', '-type', 'd', '-printf', '%i %s\\n']
    // Files of a running container may vanish while they are counted.
    const { stdout } = await this.#host.run('find', args, { allowFailure: true })
    const sizes = new Map<string, number>()
    for (const line of stdout.split('\n')) {
      const [inode = '', size] = line.split(' ')
      if (size !== undefined) sizes.set(inode, Number(size))
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
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

  #lowers({ chain, init }: Active): string[] {
    const links = this.#layers.links(chain)
    const lowers = links.length === 0 ? [EMPTY] : links
    return init ? [join('..', 'init', initName(chain), 'fs'), ...lowers] : lowers
  }

  /** Upper and work folder; the root of the merged tree takes its mode and owner from the upper. */
  async #makeUpper(folder: string, { chain }: Active): Promise<void> {
    const upper = join(folder, 'fs')
    await Promise.all([mkdir(upper, { mode: 0o755 }), mkdir(join(folder, 'work'), { mode: 0o700 })])
    const model = chain === undefined ? undefined : await stat(join(layerFolder(this.#paths, chain), 'fs'))
    await chmod(upper, model ? model.mode & 0o7777 : 0o755)
    if (model && (model.uid !== 0 || model.gid !== 0)) await chown(upper, model.uid, model.gid)
  }

  /** One init layer serves every container of an image: it is never written to. */
  #ensureInit(chain: Digest | undefined): Promise<void> {
    const name = initName(chain)
    return this.#turns.run(`init ${name}`, async () => {
      const place = join(this.#paths.inits, name)
      if (await stat(place).catch(() => undefined)) return
      const folder = await ingestFolder(this.#paths)
      const root = join(folder, 'root')
      const active: Active = { chain, init: false }
      try {
        await this.#makeUpper(folder, active)
        await mkdir(root)
        const [upper, work] = [join(folder, 'fs'), join(folder, 'work')]
        await this.#host.mount([
          overlayMount({ target: root, cwd: this.#paths.links, lowers: this.#lowers(active), upper, work }),
        ])
        try {
          await writeInitLayer(root)
        } finally {
          await this.#host.unmount([root])
        }
        await rmdir(root)
        await rename(folder, place)
      } catch (error) {
        await this.#sweeper.delete(folder)
        throw error
      }
    })
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

const RECORD = 'on'

const initName = (chain: Digest | undefined): string => (chain === undefined ? 'scratch' : digestHex(chain))
