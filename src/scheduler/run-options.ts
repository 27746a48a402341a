import type { BuildModel } from '../compose/model.ts'
import type { FileMaterial } from '../plan/desired.ts'
import type { Step } from '../plan/plan.ts'
import type { RegistryAuth } from '../port/images.ts'
import type { Emit } from './progress.ts'

/** The files of a build, packed by whoever may read them. */
export interface BuildContext {
  /** A tar. */
  readonly archive: AsyncIterable<Uint8Array>
  /** Path of the Dockerfile in the archive, where it is not the build's own (an inline one). */
  readonly dockerfile?: string
}

export interface RunOptions {
  /** Aborted: no further step begins, running ones are interrupted. */
  readonly signal?: AbortSignal
  /** Steps at the same time; waits do not count. Absent: {@link DEFAULT_PARALLEL}. */
  readonly parallel?: number
  readonly emit?: Emit
  /** Writes the text where the engine can mount it from; answers the absolute path. */
  readonly writeFile?: (material: FileMaterial, project: string) => Promise<string>
  readonly buildContext?: (build: BuildModel, options: { signal: AbortSignal }) => Promise<BuildContext>
  readonly auth?: (image: string) => RegistryAuth | undefined
}

export const DEFAULT_PARALLEL = 64

/** How every step of a plan ended. */
export interface RunReport {
  readonly done: readonly Step[]
  readonly failed: readonly { readonly step: Step; readonly error: unknown }[]
  /** Steps that could not begin, and the failed step they depend on; without one the run was aborted. */
  readonly skipped: readonly { readonly step: Step; readonly because?: Step }[]
}
