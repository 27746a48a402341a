import type { Project } from '../compose/model.ts'
import { type DesireOptions, desire } from '../plan/desire.ts'
import type { Desired } from '../plan/desired.ts'
import type { Observed } from '../plan/observed.ts'
import { type ObserveOptions, observe } from '../scheduler/observe.ts'
import type { ComposeContext } from './compose-context.ts'
import { type Target, findTarget } from './target.ts'
import { VERSION } from './version.ts'

/** What a planner of an existing project is given. */
export interface Situation {
  readonly target: Target
  readonly observed: Observed
  /** Absent when the project is known by its name alone. */
  readonly desired?: Desired
}

export const desireProject = (project: Project, options: Omit<DesireOptions, 'version'> = {}): Desired =>
  desire(project, { version: VERSION, ...options })

/** The project that a command is about, as it should be and as it is. */
export const findSituation = async (
  cx: ComposeContext,
  services: readonly string[],
  { only }: Pick<ObserveOptions, 'only'> = {},
): Promise<Situation> => {
  const target = await findTarget(cx, services)
  const observed = await observe(await cx.engine(), {
    project: target.name,
    signal: cx.signal,
    ...(only ? { only } : {}),
  })
  return { target, observed, ...(target.project ? { desired: desireProject(target.project) } : {}) }
}
