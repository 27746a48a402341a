import { createHash } from 'node:crypto'
import type { LayerSink } from '../../../src/engine/image/layer-sink.ts'
import { chainOn } from '../../../src/spec/chain-id.ts'
import { type Digest, digest } from '../../../src/spec/digest.ts'

/** Layers that are only counted: an archive's size is the layer's, its digest the diff id. */
export interface FakeLayers extends LayerSink {
  /** Chain ids that something stands on. */
  readonly used: Set<Digest>
}

export const fakeLayers = (): FakeLayers => {
  const sizes = new Map<Digest, number>()
  const used = new Set<Digest>()
  const read = async (archive: AsyncIterable<Uint8Array>): Promise<{ diffId: Digest; size: number }> => {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of archive) {
      hash.update(chunk)
      size += chunk.length
    }
    return { diffId: digest(`sha256:${hash.digest('hex')}`), size }
  }
  return {
    used,
    hasLayer: async (chainId) => sizes.has(chainId),
    async unpack(archive, { diffId, parent }) {
      sizes.set(chainOn(parent, diffId), (await read(archive())).size)
    },
    async import(archive, { parent } = {}) {
      const layer = await read(archive)
      sizes.set(chainOn(parent, layer.diffId), layer.size)
      return layer
    },
    layerSize: async (chainId) => sizes.get(chainId) ?? 0,
    removeLayer: async (chainId) => !used.has(chainId) && sizes.delete(chainId),
    layers: async () => [...sizes.keys()],
  }
}
