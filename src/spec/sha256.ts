import { createHash } from 'node:crypto'
import { type Digest, digest } from './digest.ts'

/** The digest of what is in memory. */
export const sha256 = (bytes: Uint8Array | string): Digest =>
  digest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
