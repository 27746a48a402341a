import { AppError } from '../errors/app-error.ts'
import { defined } from '../lib/defined.ts'
import type { ActionArgs } from '../plan/action.ts'
import type { ProgressMessage } from '../port/common.ts'
import type { RunContext } from './executors.ts'
import type { ProgressEvent } from './progress.ts'

/** @throws E_PLAN_FAILED with the error that came in the stream */
export const pull = async (
  { image, platform }: ActionArgs['image.pull'],
  { engine, options, signal, emit }: RunContext,
): Promise<void> => {
  const messages = engine.images.pull(image, defined({ platform, auth: options.auth?.(image), signal }))
  for await (const message of messages) {
    failOnError(`Cannot pull image "${image}"`, message)
    const layer = layerProgress(image, message)
    if (layer) emit(layer)
  }
}

const FINISHED = new Set(['Pull complete', 'Already exists', 'Download complete'])

const layerProgress = (image: string, { id, status, progressDetail }: ProgressMessage): ProgressEvent | undefined => {
  if (id === undefined || status === undefined || status.startsWith('Pulling from')) return undefined
  return defined({
    id,
    parentId: `Image ${image}`,
    status: FINISHED.has(status) ? ('done' as const) : ('working' as const),
    text: status,
    current: progressDetail?.current,
    total: progressDetail?.total,
  })
}

/** @throws E_PLAN_FAILED with the error that came in the stream */
export const build = async (
  { image, build, pull }: ActionArgs['image.build'],
  { engine, options, signal, emit }: RunContext,
): Promise<void> => {
  if (!options.buildContext)
    throw new AppError('E_PLAN_FAILED', `Cannot build image "${image}": no build context is read here`)
  const { archive, dockerfile } = await options.buildContext(build, { signal })
  const messages = engine.builder.build(
    archive,
    defined({
      dockerfile: dockerfile ?? build.dockerfile,
      tags: [image, ...(build.tags ?? [])],
      buildArgs: build.args,
      target: build.target,
      labels: build.labels,
      noCache: build.no_cache,
      pull: pull || undefined,
      networkMode: build.network,
      signal,
    }),
  )
  for await (const message of messages) {
    failOnError(`Cannot build image "${image}"`, message)
    const text = message.stream?.trimEnd()
    if (text) emit({ id: `Image ${image}`, status: 'working', text: 'Building', details: text })
  }
}

const failOnError = (what: string, { error, errorDetail }: ProgressMessage): void => {
  const why = errorDetail?.message ?? error
  if (why !== undefined) throw new AppError('E_PLAN_FAILED', `${what}: ${why}`, defined({ hint: errorDetail?.hint }))
}
