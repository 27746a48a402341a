import { AppError } from '../../../errors/app-error.ts'
import { type Digest, isDigest } from '../../../spec/digest.ts'
import type { Platform } from '../../../spec/platform.ts'
import { sha256 } from '../../../spec/sha256.ts'
import { type Manifest, choosePlatform, parseManifest } from './manifest.ts'
import { INDEX_TYPES, MANIFEST_TYPES } from './media-types.ts'
import { type RegistryClient, readBody } from './registry-client.ts'

export interface FoundManifest {
  readonly manifest: Manifest
  /** Digest of what the reference names: the manifest, or the index it was chosen from. */
  readonly digest: Digest
  /** Bytes of every document on the way. */
  readonly documents: readonly Uint8Array[]
}

const ACCEPT = [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ')
const MAX_BYTES = 4 << 20
/** An index may name an index; more than this is nonsense. */
const MAX_DEPTH = 4

/** Follows a tag or digest to the manifest for a platform. @throws E_IMAGE_DIGEST; E_IMAGE_INVALID */
export const fetchManifest = async (
  client: RegistryClient,
  reference: string,
  platform: Platform,
): Promise<FoundManifest> => {
  const documents: Uint8Array[] = []
  let top: Digest | undefined
  for (let at = reference; documents.length < MAX_DEPTH;) {
    const answer = await client.get(`manifests/${at}`, { accept: ACCEPT })
    const bytes = await readBody(answer, MAX_BYTES)
    const found = sha256(bytes)
    const announced = isDigest(at) ? at : answer.header('docker-content-digest')
    if (announced !== undefined && announced !== found) {
      throw new AppError('E_IMAGE_DIGEST', `Cannot use manifest "${at}": its bytes have the digest ${found}`)
    }
    top ??= found
    documents.push(bytes)
    const document = parseManifest(bytes, answer.header('content-type') ?? '')
    if (document.kind === 'manifest') return { manifest: document, digest: top, documents }
    at = choosePlatform(document, platform).digest
  }
  throw new AppError('E_IMAGE_INVALID', 'Cannot use the manifest: indexes are nested too deeply')
}
