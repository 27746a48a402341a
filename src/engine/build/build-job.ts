import type { ProgressMessage } from '../../port/common.ts'
import type { BuildOptions } from '../../port/images.ts'
import type { Host } from '../host/host.ts'
import type { Images } from '../image/open-images.ts'
import type { StepRunner } from '../image/part.ts'
import type { Snapshots } from '../snapshot/open-snapshots.ts'
import type { BuildCache } from './build-cache.ts'
import type { BuildContext } from './context.ts'
import type { StagePlan } from './stages.ts'
import type { StageState } from './stage-state.ts'

/** What every build shares. */
export interface BuilderParts {
  readonly host: Host
  readonly images: Images
  readonly snapshots: Snapshots
  readonly runner: StepRunner
  readonly cache: BuildCache
  /** Folder for contexts. */
  readonly temporary: string
}

/** One build under way. */
export interface BuildJob {
  readonly parts: BuilderParts
  readonly options: BuildOptions
  readonly context: BuildContext
  readonly plan: StagePlan
  readonly escape: string
  readonly buildArgs: ReadonlyMap<string, string>
  /** SOURCE_DATE_EPOCH, Unix seconds. */
  readonly epoch?: number
  /** Stages that are done, by index. */
  readonly done: Map<number, StageState>
  readonly signal: AbortSignal
  readonly report: (message: ProgressMessage) => void
}

/** A line of output, as the classic builder writes it. */
export const say = (job: Pick<BuildJob, 'report'>, line: string): void => job.report({ stream: `${line}\n` })
