import { AppError } from '../errors/app-error.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../lib/suggest.ts'
import { type VariableUse, variablesOf } from './interpolate/variables.ts'
import type { Project } from './model.ts'
import { type Node, child, entriesOf, map, toPlain, whereOf } from './node.ts'
import { type OpenOptions, openProject } from './open-project.ts'
import { placeAt } from './path.ts'
import { PHASE_NAMES, type State } from './phases.ts'
import { toModel, toServices } from './to-model.ts'

export interface LoadOptions extends OpenOptions {
  /** `-f`, in order; `-` is standard input. Empty: COMPOSE_FILE, or the files found in `cwd` and its parents. */
  readonly files: readonly string[]
  /** Default: the folder of the first file. */
  readonly projectDirectory?: string | undefined
  /** `-p`. */
  readonly projectName?: string | undefined
  /** `--profile`; empty: those of COMPOSE_PROFILES. */
  readonly profiles: readonly string[]
  /** `--env-file`; empty: COMPOSE_ENV_FILES, or `.env`. */
  readonly envFiles: readonly string[]
  /** Services named on the command line: their profiles become active, and they must exist. */
  readonly services?: readonly string[]
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The text of a file by its absolute path (`-`: standard input), undefined when there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>
  /** False leaves `${…}` as written; values that hold one keep their form, so that the model is good for printing only. */
  readonly interpolate?: boolean
  /** Keep networks, volumes, configs and secrets that no enabled service uses. */
  readonly allResources?: boolean
}

export interface Loaded {
  readonly project: Project
  readonly warnings: readonly Diagnostic[]
}

/**
 * Loads a project: text → model.
 * @throws ComposeError with all findings of the run
 * @throws E_COMPOSE_NO_FILE, E_COMPOSE_NAME, E_COMPOSE_NO_SERVICE, E_COMPOSE_UNREADABLE
 */
export const load = async (options: LoadOptions): Promise<Loaded> => {
  const { state, context, sources } = await openProject(options)
  checkServiceNames(options.services ?? [], state)
  return {
    warnings: context.report.warnings,
    project: {
      model: toModel(state.root, context.projectName),
      disabledServices: toServices(state.disabled),
      workingDir: sources.projectDirectory,
      configFiles: sources.files.map(({ path }) => path),
      envFiles: sources.envFiles,
      profiles: context.profiles,
      environment: context.environment,
      where: (path) => {
        const place = placeAt(treeFor(path, state), path)
        return place && whereOf(place)
      },
    },
  }
}

/**
 * The tree after a phase, as plain values: what `config --phase` prints.
 * @throws E_COMPOSE_NO_PHASE, and what {@link load} throws
 */
export const loadUntil = async (options: LoadOptions, phase: string): Promise<unknown> => {
  if (!PHASE_NAMES.includes(phase)) {
    const hint = `Use one of ${PHASE_NAMES.join(', ')}`
    throw new AppError('E_COMPOSE_NO_PHASE', `Cannot stop after the phase "${phase}": there is none of that name`, {
      hint,
    })
  }
  const { state } = await openProject(options, phase)
  return toPlain(state.root)
}

/** The variables that the project's files name. */
export const loadVariables = async (options: LoadOptions): Promise<readonly VariableUse[]> => {
  const { documents } = await openProject({ ...options, interpolate: false }, 'merge')
  return variablesOf(documents)
}

const checkServiceNames = (names: readonly string[], { root, disabled }: State): void => {
  const known = [...entriesOf(child(root, 'services')).keys(), ...disabled.entries.keys()]
  for (const name of names) {
    if (known.includes(name)) continue
    const guess = suggest(name, known)
    const hint = guess ? { hint: `Did you mean "${guess}"?` } : {}
    throw new AppError('E_COMPOSE_NO_SERVICE', `no such service: ${name}`, hint)
  }
}

/** Disabled services are looked up in a tree of their own. */
const treeFor = (path: string, { root, disabled }: State): Node => {
  const isDisabled = [...disabled.entries.keys()].some((name) => `${path}.`.startsWith(`services.${name}.`))
  return isDisabled ? map([['services', { key: disabled.at, value: disabled }]], disabled.at) : root
}
