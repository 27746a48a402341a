import { AppError } from '../../errors/app-error.ts'
import type { ContainerConfig } from '../../port/containers.ts'
import { type Digest, isDigest } from '../../spec/digest.ts'

export interface HistoryEntry {
  readonly created?: string
  readonly created_by?: string
  readonly author?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

/** An image configuration (OCI image-spec, config.md, with Docker's additions in `config`). */
export interface ImageConfig {
  readonly architecture: string
  readonly os: string
  readonly variant?: string
  readonly created?: string
  readonly author?: string
  readonly config: ContainerConfig
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
  readonly history: readonly HistoryEntry[]
}

/** More makes no sense, and is what other engines accept as well. */
export const MAX_CONFIG_BYTES = 4 << 20

/** Reads a configuration that anyone may have made. @throws E_IMAGE_INVALID */
export const parseImageConfig = (bytes: Uint8Array): ImageConfig => {
  const value = parseJson(bytes)
  const { rootfs, architecture, os, config, history } = value
  if (!isRecord(rootfs) || !Array.isArray(rootfs['diff_ids'])) throw invalid('it has no rootfs.diff_ids')
  const diffIds = rootfs['diff_ids'] as unknown[]
  for (const id of diffIds) if (typeof id !== 'string' || !isDigest(id)) throw invalid('a diff id is no digest')
  if (config !== undefined && config !== null && !isRecord(config)) throw invalid('its config is no object')
  if (history !== undefined && history !== null && !Array.isArray(history)) throw invalid('its history is no list')
  return {
    ...value,
    architecture: typeof architecture === 'string' ? architecture : '',
    os: typeof os === 'string' ? os : 'linux',
    config: checkedConfig(config ?? {}),
    rootfs: { type: 'layers', diff_ids: diffIds as Digest[] },
    history: (history ?? []).filter(isRecord),
  }
}

/** What a field must be when it is there and not null. */
const SHAPES: Readonly<Record<string, 'text' | 'list' | 'record' | 'texts'>> = {
  User: 'text',
  WorkingDir: 'text',
  StopSignal: 'text',
  Env: 'list',
  Cmd: 'list',
  Entrypoint: 'list',
  Shell: 'list',
  OnBuild: 'list',
  Labels: 'texts',
  Volumes: 'record',
  ExposedPorts: 'record',
  Healthcheck: 'record',
}

const checkedConfig = (config: Record<string, unknown>): ContainerConfig => {
  for (const [key, shape] of Object.entries(SHAPES)) {
    const value = config[key]
    if (value !== undefined && value !== null && !FITS[shape](value)) throw invalid(`config.${key} has a wrong type`)
  }
  return config
}

const isText = (value: unknown): value is string => typeof value === 'string'

const FITS: Readonly<Record<'text' | 'list' | 'record' | 'texts', (value: unknown) => boolean>> = {
  text: isText,
  list: (value) => Array.isArray(value) && value.every(isText),
  record: (value) => isRecord(value),
  texts: (value) => isRecord(value) && Object.values(value).every(isText),
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseJson = (bytes: Uint8Array): Record<string, unknown> => {
  if (bytes.length > MAX_CONFIG_BYTES) throw invalid('it is too large')
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw invalid('it is no JSON', cause)
  }
  if (!isRecord(value)) throw invalid('it is no object')
  return value
}

const invalid = (why: string, cause?: unknown): AppError =>
  new AppError('E_IMAGE_INVALID', `Cannot use the image configuration: ${why}`, cause === undefined ? {} : { cause })
