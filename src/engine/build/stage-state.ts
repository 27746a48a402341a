import type { ContainerConfig } from '../../port/containers.ts'
import { chainIds } from '../../spec/chain-id.ts'
import type { Digest } from '../../spec/digest.ts'
import { sha256 } from '../../spec/sha256.ts'
import type { HistoryEntry, ImageConfig } from '../image/image-config.ts'
import type { VariableScope } from './scope.ts'

/** A stage as far as it is built. Steps make a new one of it. */
export interface StageState {
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string }
  readonly config: ContainerConfig
  readonly author?: string
  readonly diffIds: readonly Digest[]
  readonly history: readonly HistoryEntry[]
  readonly args: ReadonlyMap<string, string>
  /** A CMD stood in this stage. */
  readonly hasCmd: boolean
  /** Cache key of the file system so far. */
  readonly key: string
  /** When the newest layer was made, RFC 3339. */
  readonly created: string
}

export const stageChain = ({ diffIds }: StageState): Digest[] => chainIds(diffIds)

export const stageScope = ({ args, config }: StageState): VariableScope => ({ args, env: config.Env ?? [] })

/** The image configuration of a stage. */
export const stageImage = (state: StageState): ImageConfig => ({
  ...state.platform,
  created: state.created,
  ...(state.author === undefined ? {} : { author: state.author }),
  config: state.config,
  rootfs: { type: 'layers', diff_ids: state.diffIds },
  history: state.history,
})

export const stageBytes = (state: StageState): Buffer => Buffer.from(JSON.stringify(stageImage(state)))

/** The id that the stage would have as an image. */
export const stageId = (state: StageState): Digest => sha256(stageBytes(state))

/** The stage with a line of history for a step that made no layer. */
export const withNote = (state: StageState, createdBy: string): StageState => ({
  ...state,
  history: [...state.history, { created: state.created, created_by: createdBy, empty_layer: true }],
})

/** The stage with one more layer. */
export const withLayer = (
  state: StageState,
  layer: { diffId: Digest; key: string; created: string },
  createdBy: string,
): StageState => ({
  ...state,
  diffIds: [...state.diffIds, layer.diffId],
  key: layer.key,
  created: layer.created,
  history: [...state.history, { created: layer.created, created_by: createdBy }],
})
