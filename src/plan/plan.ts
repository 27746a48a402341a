import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Action, ContainerRef } from './action.ts'

/** One step: its action may begin as soon as every step named in `after` is done. */
export interface Step {
  /** Position in the plan, from 1; every id in `after` is smaller. */
  readonly id: number
  readonly after: readonly number[]
  /** Steps that must have ended as well, but may have failed. */
  readonly afterEnd: readonly number[]
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

export interface Order {
  readonly after?: Iterable<number | undefined>
  readonly afterEnd?: Iterable<number | undefined>
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

  add(action: Action, cause: string, order: Order = {}): number {
    const id = this.#steps.length + 1
    const after = this.#withoutImplied(sorted(order.after))
    const afterEnd = sorted(order.afterEnd).filter((other) => !after.includes(other))
    this.#steps.push({ id, after, afterEnd, action, cause })
    return id
  }

  /** A step that another one in the list waits for itself need not be named. */
  #withoutImplied(ids: readonly number[]): number[] {
    const implied = new Set(ids.flatMap((id) => this.#steps[id - 1]?.after ?? []))
    return ids.filter((id) => !implied.has(id))
  }

  keep(container: ContainerRef): void {
    this.#kept.push(container)
  }

  report(diagnostics: Iterable<Diagnostic>): void {
    this.#diagnostics.push(...diagnostics)
  }

  build(): Plan {
    return { project: this.#project, steps: this.#steps, kept: this.#kept, diagnostics: this.#diagnostics }
  }
}

const sorted = (ids: Iterable<number | undefined> = []): number[] =>
  [...new Set(ids)].filter((id) => id !== undefined).sort((a, b) => a - b)
