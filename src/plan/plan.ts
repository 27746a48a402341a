import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Action, ContainerRef } from './action.ts'

/** One step: its action may begin as soon as every step named in `after` is done. */
export interface Step {
  /** Position in the plan, from 1; every id in `after` is smaller. */
  readonly id: number
  readonly after: readonly number[]
  readonly action: Action
  /** Why: `not found`, `image changed`, `removed from the model`. */
  readonly cause: string
}

/** What to do, decided; an executor decides nothing. */
export interface Plan {
  readonly project: string
  readonly steps: readonly Step[]
  /** Containers that run and stay as they are. */
  readonly kept: readonly ContainerRef[]
  /** Errors (`runPlan` refuses to begin) and warnings. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Collects steps; `add` answers the id to name in later steps' `after`. */
export class PlanBuilder {
  readonly #project: string
  readonly #steps: Step[] = []
  readonly #kept: ContainerRef[] = []
  readonly #diagnostics: Diagnostic[] = []

  constructor(project: string) {
    this.#project = project
  }

  add(action: Action, cause: string, after: Iterable<number | undefined> = []): number {
    const ids = [...new Set(after)].filter((id) => id !== undefined).sort((a, b) => a - b)
    const id = this.#steps.length + 1
    this.#steps.push({ id, after: ids, action, cause })
    return id
  }

  keep(container: ContainerRef): void {
    this.#kept.push(container)
  }

  report(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }

  build(): Plan {
    return { project: this.#project, steps: this.#steps, kept: this.#kept, diagnostics: this.#diagnostics }
  }
}
