import { canonical } from './canonical/canonical.ts'
import { applyDefaults } from './canonical/defaults.ts'
import { resolvePaths } from './canonical/paths.ts'
import { resolveEnvironment } from './environment.ts'
import { mergeAll } from './merge/merge.ts'
import { applyResets } from './merge/reset.ts'
import { unique } from './merge/unique.ts'
import { type MapNode, type Node, map } from './node.ts'
import { normalize } from './normalize.ts'
import { activeProfiles, selectProfiles } from './profiles.ts'
import { pruneUnused } from './prune.ts'
import type { Report } from './report.ts'
import { checkProject } from './validate/checks.ts'
import { checkSchema } from './validate/schema.ts'

/** What phases need besides the tree. */
export interface PhaseContext {
  readonly report: Report
  readonly projectName: string
  /** The interpolation environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly home: string
  readonly profiles: readonly string[]
  /** Services named on the command line: their profiles are active. */
  readonly services: readonly string[]
  /** Keep resources that no enabled service uses. */
  readonly allResources: boolean
  /** False: expressions stand as written, so that values cannot be checked, nor files named by them be read. */
  readonly interpolate: boolean
  readonly readFile: (path: string) => Promise<string | undefined>
}

/** What walks through the phases: the merged tree, and the services that are not enabled. */
export interface State {
  readonly root: Node
  readonly disabled: MapNode
}

export interface Phase {
  readonly name: string
  readonly run: (state: State, context: PhaseContext) => State | Promise<State>
}

const onRoot =
  (change: (root: Node, context: PhaseContext) => Node): Phase['run'] =>
  (state, context) => ({ ...state, root: change(state.root, context) })

/**
 * The way from merged files to the model, in order. Each file has been parsed, interpolated and extended before
 * (`loadFile`), and a phase that finds errors reports them and goes on with what is sound.
 */
export const PHASES: readonly Phase[] = [
  { name: 'unique', run: onRoot(unique) },
  { name: 'reset', run: onRoot(applyResets) },
  { name: 'schema', run: onRoot((root, { report }) => checkSchema(root, report)) },
  { name: 'canonical', run: onRoot((root, context) => unique(canonical(root, context))) },
  { name: 'defaults', run: onRoot(applyDefaults) },
  { name: 'paths', run: onRoot((root, { home }) => resolvePaths(root, home)) },
  { name: 'normalize', run: onRoot((root, { projectName }) => normalize(root, projectName)) },
  {
    name: 'profiles',
    run: ({ root }, { profiles, services }) => selectProfiles(root, activeProfiles(root, profiles, services)),
  },
  {
    name: 'check',
    run: (state, { report, interpolate }) => {
      if (interpolate) checkProject(state.root, state.disabled, report)
      return state
    },
  },
  { name: 'prune', run: onRoot((root, { allResources }) => (allResources ? root : pruneUnused(root))) },
  {
    name: 'environment',
    run: async (state, context) =>
      context.interpolate ? { ...state, root: await resolveEnvironment(state.root, context) } : state,
  },
]

/** What `config --phase` may name; the merged files come first. */
export const PHASE_NAMES: readonly string[] = ['merge', ...PHASES.map(({ name }) => name)]

/** The state that the phases start from. */
export const merged = (roots: readonly [Node, ...Node[]], report: Report): State => {
  const root = mergeAll(roots, report)
  return { root, disabled: map([], root.at) }
}

/** Runs the phases in order; with `until`, stops after the phase of that name. */
export const runPhases = async (start: State, context: PhaseContext, until?: string): Promise<State> => {
  let state = start
  for (const phase of PHASES) {
    state = await phase.run(state, context)
    if (phase.name === until) break
  }
  return state
}
