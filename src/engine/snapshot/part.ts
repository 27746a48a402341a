import type { Digest } from '../../spec/digest.ts'

/** Writable snapshots over unpacked layers. A layer is named by its chain id (OCI image-spec, config.md). */
export interface SnapshotPart {
  /** True when the layer with this chain id is unpacked. */
  hasLayer(chainId: Digest): Promise<boolean>
  /**
   * Makes the writable layer of a container or build step over the layers of an image.
   * With `init`, an init layer between the two gives real /dev /proc /sys folders and /etc/{hosts,hostname,resolv.conf,mtab}
   * files, with every symlink on the way removed.
   */
  prepare(id: string, diffIds: readonly Digest[], options?: { init?: boolean }): Promise<void>
  /** Mounts it and answers the path of the root file system; mounted already is no error. */
  mount(id: string): Promise<string>
  unmount(id: string): Promise<void>
  /** Unmounts and deletes; an unknown id is no error. */
  remove(id: string): Promise<void>
  /** Turns the writable layer into a committed one (a build step): its tar is hashed, its folder becomes the layer. */
  commit(id: string, options?: { timestamp?: number }): Promise<{ diffId: Digest; size: number }>
  /** Bytes in the writable layer. */
  usage(id: string): Promise<number>
  ids(): Promise<string[]>
}
