import { mkdir, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../spec/digest.ts'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import { type KnownLayer, LayerStore, type NewLayer } from './layer-store.ts'
import { mountPoints } from '../host/mount-table.ts'
import type { SnapshotPart } from './part.ts'
import { type SnapshotPaths, snapshotPaths } from './snapshot-paths.ts'
import { EMPTY_LOWER, SnapshotStore } from './snapshot-store.ts'
import { Sweeper } from './sweeper.ts'

/** {@link SnapshotPart}, and the layers that images are unpacked to. */
export interface Snapshots extends SnapshotPart {
  /** Unpacks a layer of an image; that it is there already is no error. @throws E_IMAGE_LAYER, E_IMAGE_DIGEST */
  unpack(archive: () => AsyncIterable<Uint8Array>, layer: KnownLayer): Promise<void>
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

/** Opens the snapshots of a data root and sweeps what a crash left half made. Mounts are left as they are. */
export const openSnapshots = async (options: { host: Host; paths: EnginePaths }): Promise<Snapshots> => {
  const { host } = options
  const paths = snapshotPaths(options.paths.root)
  for (const folder of [paths.base, paths.links, paths.layers, paths.inits, paths.active, paths.ingest, paths.trash]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  await mkdir(join(paths.links, EMPTY_LOWER), { recursive: true, mode: 0o755 })
  const mounts = join(options.paths.state, 'rootfs')
  await mkdir(mounts, { recursive: true, mode: 0o711 })
  const sweeper = new Sweeper(host)
  await sweepLeftovers({ host, paths, sweeper })
  const layers = new LayerStore(host, paths, sweeper)
  await layers.load()
  const store = new SnapshotStore({ host, paths, sweeper, layers, mounts: await realpath(mounts) })
  await store.load()
  return {
    hasLayer: async (chainId) => layers.has(chainId),
    layerSize: async (chainId) => layers.size(chainId),
    layers: async () => layers.ids(),
    removeLayer: (chainId) => layers.remove(chainId, (id) => store.isUsed(id)),
    unpack: (archive, layer) => layers.unpack(archive, layer),
    import: (archive, layer = {}) => layers.import(archive, layer),
    archive: (chainId, archiveOptions) => layers.archive(chainId, archiveOptions),
    prepare: (id, diffIds, prepareOptions) => store.prepare(id, diffIds, prepareOptions),
    mount: (id) => store.mount(id),
    unmount: (id) => store.unmount(id),
    remove: (id) => store.remove(id),
    commit: (id, commitOptions) => store.commit(id, commitOptions),
    usage: (id) => store.usage(id),
    ids: () => store.ids(),
  }
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
