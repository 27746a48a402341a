import { AppError } from '../../../errors/app-error.ts'
import { type Digest, isDigest } from '../../../spec/digest.ts'
import { type Platform, printPlatform } from '../../../spec/platform.ts'
import { isRecord } from '../image-config.ts'
import { INDEX_TYPES, LAYER_TYPES, MANIFEST_TYPES } from './media-types.ts'

/** A pointer to content (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
}

export interface Manifest {
  readonly kind: 'manifest'
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

export interface Index {
  readonly kind: 'index'
  readonly manifests: readonly (Descriptor & { readonly platform?: Platform })[]
}

const MAX_LAYERS = 500

/**
 * Reads a manifest or an index that a registry sent, as what its content type says.
 * @throws E_IMAGE_INVALID for what is malformed, ambiguous or of an unknown kind
 */
export const parseManifest = (bytes: Uint8Array, contentType: string): Manifest | Index => {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw invalid('it is no JSON', cause)
  }
  if (!isRecord(value)) throw invalid('it is no object')
  const sent = contentType.split(';')[0]?.trim() ?? ''
  if (value['schemaVersion'] === 1) throw invalid('its format (schema 1) is obsolete and not supported')
  const written = value['mediaType']
  if (written !== undefined && written !== sent) {
    throw invalid(`it is sent as "${sent}" but says ${JSON.stringify(written)}`)
  }
  // One document must not be read as one thing by one program and as another by the next (CVE-2021-41190).
  if ('manifests' in value && ('layers' in value || 'config' in value))
    throw invalid('it is manifest and index at once')
  if (INDEX_TYPES.includes(sent)) return { kind: 'index', manifests: list(value, 'manifests').map(indexEntry) }
  if (MANIFEST_TYPES.includes(sent)) return imageManifest(value)
  throw invalid(`its type "${sent}" is not supported`)
}

const imageManifest = (value: Record<string, unknown>): Manifest => {
  const layers = list(value, 'layers').map(descriptor)
  if (layers.length > MAX_LAYERS) throw invalid(`it has more than ${MAX_LAYERS} layers`)
  const odd = layers.find(({ mediaType }) => !LAYER_TYPES.includes(mediaType))
  if (odd) throw invalid(`a layer has the type "${odd.mediaType}", which is not supported`)
  return { kind: 'manifest', config: descriptor(value['config']), layers }
}

const list = (value: Record<string, unknown>, key: string): unknown[] => {
  const found = value[key]
  if (!Array.isArray(found)) throw invalid(`it has no list "${key}"`)
  return found
}

const descriptor = (value: unknown): Descriptor => {
  if (!isRecord(value)) throw invalid('a descriptor is no object')
  const { mediaType, digest, size } = value
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`"${String(digest)}" is no sha256 digest`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`the size of "${digest}" is none`)
  return { mediaType: typeof mediaType === 'string' ? mediaType : '', digest, size }
}

const indexEntry = (value: unknown): Descriptor & { platform?: Platform } => {
  const entry = descriptor(value)
  const platform = isRecord(value) ? value['platform'] : undefined
  if (!isRecord(platform)) return entry
  const { os, architecture, variant } = platform
  const found = { os: String(os), architecture: String(architecture) }
  return { ...entry, platform: typeof variant === 'string' ? { ...found, variant } : found }
}

/** Variants that an architecture can run, best first. */
const VARIANTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  arm64: ['v8', undefined],
  arm: ['v7', 'v6', 'v5', undefined],
  amd64: [undefined, 'v1'],
}

/** The entry for a platform. @throws E_IMAGE_INVALID that lists what there is */
export const choosePlatform = (index: Index, wanted: Platform): Descriptor => {
  const offered = index.manifests.filter(({ platform }) => platform?.os !== 'unknown')
  const variants = wanted.variant ? [wanted.variant] : (VARIANTS[wanted.architecture] ?? [undefined])
  for (const variant of variants) {
    const found = offered.find(
      ({ platform }) =>
        platform?.os === wanted.os && platform.architecture === wanted.architecture && platform.variant === variant,
    )
    if (found) return found
  }
  const [only] = offered
  if (only && offered.length === 1 && !only.platform) return only
  const names = offered.map(({ platform }) => (platform ? printPlatform(platform) : 'unknown')).join(', ')
  throw new AppError(
    'E_IMAGE_INVALID',
    `no matching manifest for ${printPlatform(wanted)} in the manifest list entries`,
    { hint: `The image is offered for ${names || 'no platform'}`, httpStatus: 404 },
  )
}

const invalid = (why: string, cause?: unknown): AppError =>
  new AppError('E_IMAGE_INVALID', `Cannot use the manifest: ${why}`, cause === undefined ? {} : { cause })
