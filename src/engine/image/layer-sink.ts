import type { Digest } from '../../spec/digest.ts'

/** What images need of the place where layers are unpacked. Layers are named by their chain ids. */
export interface LayerSink {
  hasLayer(chainId: Digest): Promise<boolean>
  /**
   * Unpacks an archive (plain, gzip, zstd, xz or bzip2) whose content has the digest `diffId`. A layer that is there
   * already is no error, and `archive` is not called then.
   */
  unpack(
    archive: () => AsyncIterable<Uint8Array>,
    layer: { diffId: Digest; parent?: Digest; packedSize?: number; signal?: AbortSignal },
  ): Promise<void>
  /** Makes a layer of an archive of any compression. */
  import(
    archive: AsyncIterable<Uint8Array>,
    layer?: { parent?: Digest; timestamp?: number; signal?: AbortSignal },
  ): Promise<{ diffId: Digest; size: number }>
  /** Bytes of the files of a layer. */
  layerSize(chainId: Digest): Promise<number>
  /** False when a layer or a snapshot stands on it. */
  removeLayer(chainId: Digest): Promise<boolean>
  layers(): Promise<Digest[]>
}
