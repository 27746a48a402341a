import type { Digest } from '../../spec/digest.ts'
import { type KeyParts, cacheKey } from './build-cache.ts'
import { type BuildJob, say } from './build-job.ts'
import { type StageState, stageChain, withLayer } from './stage-state.ts'

export interface LayerStep {
  /** All that decides what the layer will be, beside what is below it. */
  readonly parts: KeyParts
  /** For the history. */
  readonly createdBy: string
  /** Makes the layer on top of the stage. */
  make(): Promise<{ diffId: Digest; size: number }>
}

/** The stage with the layer of a step, taken from the cache or made. */
export const layerStep = async (job: BuildJob, state: StageState, step: LayerStep): Promise<StageState> => {
  const parts: KeyParts = { ...step.parts, below: state.key, epoch: job.epoch ?? null }
  const key = cacheKey(parts)
  const { cache } = job.parts
  const cached = job.options.noCache ? undefined : await cache.find(key, stageChain(state).at(-1))
  if (cached) {
    say(job, ' ---> Using cache')
    return withLayer(state, cached, step.createdBy)
  }
  const { diffId, size } = await step.make()
  const created = new Date(job.epoch === undefined ? Date.now() : job.epoch * 1000).toISOString()
  await cache.put({ key, parts, diffId, size, created })
  return withLayer(state, { diffId, key, created }, step.createdBy)
}

/** Options of a new layer on top of the stage. */
export const onTopOf = (
  job: BuildJob,
  state: StageState,
): { parent?: Digest; timestamp?: number; signal: AbortSignal } => {
  const parent = stageChain(state).at(-1)
  return {
    signal: job.signal,
    ...(parent === undefined ? {} : { parent }),
    ...(job.epoch === undefined ? {} : { timestamp: job.epoch }),
  }
}
