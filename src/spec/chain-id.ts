import type { Digest } from './digest.ts'
import { sha256 } from './sha256.ts'

/** The chain id of a layer on a parent chain: it names a layer together with everything below it. */
export const chainOn = (parent: Digest | undefined, diffId: Digest): Digest =>
  parent === undefined ? diffId : sha256(`${parent} ${diffId}`)

/** The chain id of each layer, bottom first (OCI image-spec, config.md, "Layer ChainID"). */
export const chainIds = (diffIds: readonly Digest[]): Digest[] => {
  const chain: Digest[] = []
  for (const diffId of diffIds) chain.push(chainOn(chain.at(-1), diffId))
  return chain
}
