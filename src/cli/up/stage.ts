import { deferred } from '../../lib/deferred.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Emit } from '../../scheduler/progress.ts'
import { wordsOf } from '../../scheduler/step-words.ts'
import type { LogPrinter } from '../attach/log-printer.ts'
import type { Progress } from '../render/progress.ts'

/** Words of the second half of coming up, which the output of the containers makes plain. */
const QUIET = new Set(['Starting', 'Started', 'Waiting', 'Healthy', 'Exited'])
/** Steps of that half: the block does not wait for them. */
const LATE = /^(?:container\.start|wait\..*)$/

export interface StageOptions {
  /** The block that is drawn anew at each event. */
  readonly block: Progress
  /** Lines between those of the containers. */
  readonly lines: Progress
}

/**
 * Who has the terminal while `up` brings a project up: first the block of progress, then the output of the containers.
 * The block goes when something has been started and all else is done, so that it is never left half-way; what
 * containers print before that waits.
 */
export class Stage {
  readonly #options: StageOptions
  readonly #free = deferred<void>()
  /** What the block still has to tell. */
  #unfinished = new Set<string>()
  #onAttach: (() => Promise<void>) | undefined
  #hasStarted = false
  #attaching: Promise<void> | undefined

  constructor(options: StageOptions) {
    this.#options = options
  }

  /** Before this nothing starts. `onAttach` is done when the block has gone and nothing else is printed yet. */
  begin(plan: Plan, onAttach: () => Promise<void>): void {
    this.#onAttach = onAttach
    const early = plan.steps.filter(({ action }) => !LATE.test(action.kind)).map(({ action }) => wordsOf(action))
    this.#unfinished = new Set(early.filter(({ begin, end }) => begin ?? end).map(({ id }) => id))
  }

  readonly emit: Emit = (event) => {
    const { block, lines } = this.#options
    const isLate = event.status !== 'error' && event.status !== 'warning' && QUIET.has(event.text)
    if (isLate) this.#hasStarted = true
    else (this.#attaching ? lines : block).emit(event)
    if (event.status !== 'working') this.#unfinished.delete(event.id)
    if (this.#hasStarted && this.#unfinished.size === 0) this.attach().catch(() => undefined)
  }

  /** Prints lines beside what is shown. */
  readonly note = (text: string): Promise<void> => this.#options.block.note(text)

  /** Takes the block away, once. */
  attach(): Promise<void> {
    const onAttach = this.#onAttach
    if (!onAttach) return Promise.resolve()
    this.#attaching ??= this.#options.block
      .close()
      .then(onAttach)
      .finally(() => this.#free.resolve())
    return this.#attaching
  }

  /** Prints with the same printer when the terminal is free. */
  printing(printer: LogPrinter): LogPrinter {
    return {
      introduce: (name) => printer.introduce(name),
      print: (name, lines) => this.#free.promise.then(() => printer.print(name, lines)),
      note: (text) => this.#free.promise.then(() => printer.note(text)),
    }
  }

  async close(): Promise<void> {
    if (!this.#attaching) await this.#options.block.close()
    await this.#options.lines.close()
    this.#free.resolve()
  }
}
