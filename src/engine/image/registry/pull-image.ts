import PQueue from 'p-queue'
import { AppError, isAppError } from '../../../errors/app-error.ts'
import { anySignal } from '../../../lib/any-signal.ts'
import { reportsOf } from '../../../lib/async-queue.ts'
import type { ProgressMessage } from '../../../port/common.ts'
import type { RegistryAuth } from '../../../port/images.ts'
import { chainIds } from '../../../spec/chain-id.ts'
import { type Digest, digestHex } from '../../../spec/digest.ts'
import { type ImageRef, canonicalName, familiarName, familiarRepository, imageRef } from '../../../spec/image-ref.ts'
import { type Platform, hostPlatform, parsePlatform, printPlatform } from '../../../spec/platform.ts'
import { type ImageConfig, MAX_CONFIG_BYTES, parseImageConfig } from '../image-config.ts'
import { canBootstrap } from '../bootstrap/bootstrap-image.ts'
import { type ImageStore, storedName } from '../image-store.ts'
import { fetchBlob } from './fetch-blob.ts'
import { fetchManifest } from './fetch-manifest.ts'
import type { Descriptor, Manifest } from './manifest.ts'
import { RegistryClient } from './registry-client.ts'
import { RegistryRefusal } from './registry-refusal.ts'

export interface PullOptions {
  /** `linux/arm64`; the host's when absent. */
  readonly platform?: string
  readonly auth?: RegistryAuth
  readonly signal?: AbortSignal
  /** First pause before a retry, in milliseconds. */
  readonly retryDelay?: number
}

const PARALLEL_LAYERS = 3
/** Bytes between two progress messages of one layer. */
const PROGRESS_STEP = 1 << 20

type Report = (message: ProgressMessage) => void

/** Pulls an image, with Docker's progress words. @throws E_IMAGE_NOT_FOUND, E_IMAGE_REGISTRY, E_IMAGE_DIGEST */
export const pullImage = (store: ImageStore, reference: string, options: PullOptions): AsyncIterable<ProgressMessage> =>
  reportsOf(async (report, signal) => {
    const name = imageRef(reference)
    await using client = new RegistryClient(name, { ...options, signal })
    try {
      await pull({ store, client, name, report, signal, options })
    } catch (error) {
      throw withBootstrapHint(error instanceof RegistryRefusal ? pullError(error, name) : error, name)
    }
  }, options.signal)

/** Where there is no registry, the way to a base image is another. */
const withBootstrapHint = (error: unknown, name: ImageRef): unknown => {
  const isMissing = isAppError(error, 'E_IMAGE_NOT_FOUND') || isAppError(error, 'E_IMAGE_REGISTRY')
  if (!isMissing || !canBootstrap(canonicalName(name))) return error
  const hint = `Make it from the distribution's packages: tsc-engine image bootstrap ${familiarName(name)}`
  return new AppError(error.code, error.message, { hint, cause: error, httpStatus: error.httpStatus })
}

interface Pull {
  readonly store: ImageStore
  readonly client: RegistryClient
  readonly name: ImageRef
  readonly report: Report
  readonly signal: AbortSignal
  readonly options: PullOptions
}

const pull = async (job: Pull): Promise<void> => {
  const { store, client, name, report } = job
  const wanted = wantedPlatform(job.options)
  report({ status: `Pulling from ${repositoryPath(name)}`, id: name.digest ?? name.tag ?? '' })
  const found = await fetchManifest(client, name.digest ?? name.tag ?? 'latest', wanted)
  const config = await fetchConfig(job, found.manifest)
  checkPlatform(config.parsed, wanted, job)
  const known = isKnown(store, config.id)
  const byDigest = { registry: name.registry, repository: name.repository, digest: found.digest }
  const chain = chainIds(config.parsed.rootfs.diff_ids)
  const release = store.lease(chain)
  try {
    await pullLayers(job, found.manifest, config.parsed)
    const documents = await Promise.all(found.documents.map((bytes) => store.blobs.write(bytes)))
    await store.add({
      config: config.bytes,
      blobs: [...documents.map(({ digest }) => digest), ...found.manifest.layers.map(({ digest }) => digest)],
      names: [canonicalName(byDigest), ...(name.digest ? [] : [storedName(name)])],
    })
  } finally {
    release()
  }
  report({ status: `Digest: ${found.digest}` })
  const what = known ? 'Image is up to date for' : 'Downloaded newer image for'
  report({ status: `Status: ${what} ${familiarName(name.digest ? byDigest : name)}` })
}

const repositoryPath = (name: ImageRef): string =>
  name.registry === 'docker.io' ? name.repository : familiarRepository(name).slice(name.registry.length + 1)

const wantedPlatform = ({ platform }: PullOptions): Platform => {
  if (platform === undefined) return hostPlatform()
  const parsed = parsePlatform(platform)
  if (!parsed) throw new AppError('E_SPEC_INVALID', `Cannot read platform "${platform}": not OS/ARCHITECTURE[/VARIANT]`)
  return parsed
}

const isKnown = (store: ImageStore, id: Digest): boolean => store.index.table.images[id] !== undefined

const fetchConfig = async (
  { store, client, signal, options }: Pull,
  manifest: Manifest,
): Promise<{ id: Digest; bytes: Buffer; parsed: ImageConfig }> => {
  const { digest: id, size } = manifest.config
  if (size > MAX_CONFIG_BYTES)
    throw new AppError('E_IMAGE_INVALID', 'Cannot use the image configuration: it is too large')
  await store.blobs.write(() => fetchBlob(client, manifest.config, { ...options, signal }), { digest: id, size })
  const bytes = await store.blobs.bytes(id)
  const parsed = parseImageConfig(bytes)
  if (parsed.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new AppError('E_IMAGE_INVALID', 'Cannot use the manifest: its layers are not those of the configuration')
  }
  return { id, bytes, parsed }
}

const checkPlatform = (config: ImageConfig, wanted: Platform, { name, options }: Pull): void => {
  const isOther = config.os !== wanted.os || config.architecture !== wanted.architecture
  if (options.platform === undefined ? config.os === wanted.os : !isOther) return
  throw new AppError(
    'E_IMAGE_INVALID',
    `image with reference ${familiarName(name)} was found but does not match the specified platform: ` +
      `wanted ${printPlatform(wanted)}, actual: ${printPlatform(config)}`,
    { httpStatus: 404 },
  )
}

const pullLayers = async (job: Pull, manifest: Manifest, config: ImageConfig): Promise<void> => {
  const { store, report } = job
  const diffIds = config.rootfs.diff_ids
  const chain = chainIds(diffIds)
  for (const layer of manifest.layers) report({ status: 'Pulling fs layer', id: shortId(layer) })
  const queue = new PQueue({ concurrency: PARALLEL_LAYERS })
  const stop = new AbortController()
  const signal = anySignal(job.signal, stop.signal)
  const tasks = manifest.layers.map((layer, i) =>
    queue.add(async () => {
      const [diffId, chainId, parent] = [diffIds[i], chain[i], chain[i - 1]]
      if (diffId === undefined || chainId === undefined) return
      signal.throwIfAborted()
      if (await store.layers.hasLayer(chainId)) report({ status: 'Already exists', id: shortId(layer) })
      else await pullLayer({ ...job, signal }, layer, { diffId, ...(parent === undefined ? {} : { parent }) })
    }),
  )
  const results = await Promise.allSettled(tasks.map((task) => task.catch(stopAndThrow(stop))))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** The first failure ends the other downloads, and is the one that is reported. */
const stopAndThrow =
  (stop: AbortController) =>
  (error: unknown): never => {
    stop.abort(error)
    throw stop.signal.reason
  }

const pullLayer = async (job: Pull, layer: Descriptor, place: { diffId: Digest; parent?: Digest }): Promise<void> => {
  const { store, client, signal, options } = job
  const id = shortId(layer)
  const { digest, size } = layer
  const say = (status: string, current?: number): void =>
    job.report({ status, id, progressDetail: current === undefined ? {} : { current, total: size } })
  await store.blobs.write(
    () =>
      fetchBlob(client, layer, { ...options, signal, onProgress: stepped((current) => say('Downloading', current)) }),
    { digest, size },
  )
  say('Download complete')
  const archive = async function* (): AsyncGenerator<Uint8Array> {
    const step = stepped((current) => say('Extracting', current))
    let current = 0
    for await (const chunk of store.blobs.read(digest)) {
      yield chunk
      current += chunk.length
      step(current)
    }
  }
  await store.layers.unpack(archive, { ...place, packedSize: size, signal })
  say('Pull complete')
}

/** Calls on at the first byte and after every further mebibyte. */
const stepped = (report: (current: number) => void): ((current: number) => void) => {
  let next = 0
  return (current) => {
    if (current < next) return
    next = current + PROGRESS_STEP
    report(current)
  }
}

const shortId = (layer: Descriptor): string => digestHex(layer.digest).slice(0, 12)

/** Docker's sentences for what registries refuse. */
const pullError = (refusal: RegistryRefusal, name: ImageRef): AppError => {
  const { code, status, message } = refusal
  const repository = familiarRepository(name)
  const missing = (text: string): AppError =>
    new AppError('E_IMAGE_NOT_FOUND', text, { cause: refusal, hint: 'Check the name, and log in where it is private' })
  if (code === 'DENIED' || status === 401 || status === 403) {
    return missing(
      `pull access denied for ${repository}, repository does not exist or may require 'docker login': ${message}`,
    )
  }
  if (code === 'NAME_UNKNOWN') return missing(`repository ${repository} not found: ${message}`)
  if (code === 'MANIFEST_UNKNOWN' || status === 404) {
    return missing(`manifest for ${familiarName(name)} not found: ${message}`)
  }
  return new AppError('E_IMAGE_REGISTRY', `Cannot pull "${familiarName(name)}": ${message}`, { cause: refusal })
}
