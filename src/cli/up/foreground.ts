import type { Project } from '../../compose/model.ts'
import type { Desired } from '../../plan/desired.ts'
import { stoppedBy } from '../../plan/host-ports.ts'
import { planKill, planStop } from '../../plan/lifecycle.ts'
import type { Plan } from '../../plan/plan.ts'
import type { UpPolicy } from '../../plan/policy.ts'
import { anySignal } from '../../lib/any-signal.ts'
import { defined } from '../../lib/defined.ts'
import { delay } from '../../lib/wait.ts'
import { observe } from '../../scheduler/observe.ts'
import { type ContainerExit, Follower } from '../attach/follow.ts'
import { createLogPrinter } from '../attach/log-printer.ts'
import { carryOut } from '../carry-out.ts'
import type { ComposeContext } from '../compose-context.ts'
import { INTERRUPTED } from '../interrupts.ts'
import { listContainers, noSuchService } from '../target.ts'
import { attachedServices, type AttachedServices } from './attached-services.ts'
import { abortsOnExit } from './check-options.ts'
import type { UpOptions } from './options.ts'
import { planUp } from './plan-up.ts'
import { withoutQuietParts } from './quiet-parts.ts'
import { Stage } from './stage.ts'

export interface ForegroundInput {
  readonly project: Project
  readonly desired: Desired
  readonly policy: UpPolicy
  readonly options: UpOptions
  readonly services: readonly string[]
}

/** Why a foreground `up` ends before its containers do. */
type Ending = { readonly kind: 'interrupted' } | { readonly kind: 'aborted'; readonly exitCode: number }

/** What is printed after the containers have been stopped is waited for no longer than this. */
const LAST_WORDS_MS = 2000

/**
 * `up` without `--detach`: brings the project up, shows the output of its containers, and ends with them. The first
 * Ctrl-C stops them, what needs others first, while their output goes on; the second kills them; the third leaves.
 */
export const runForeground = async (cx: ComposeContext, input: ForegroundInput): Promise<number> => {
  const attached = attachedServices(
    { project: input.project, graph: input.desired.graph },
    input.services,
    input.options,
  )
  checkExitCodeFrom(input)
  const session = new Foreground(cx, input, attached)
  try {
    return await session.run()
  } finally {
    session.close()
  }
}

const checkExitCodeFrom = ({ project, options: { exitCodeFrom } }: ForegroundInput): void => {
  const known = Object.keys(project.model.services)
  if (exitCodeFrom && !known.includes(exitCodeFrom)) throw noSuchService(exitCodeFrom, known)
}

class Foreground {
  readonly #cx: ComposeContext
  readonly #input: ForegroundInput
  readonly #attached: AttachedServices
  /** Cuts what goes on in the background when `up` is over. */
  readonly #over = new AbortController()
  /** Cuts the coming up at the first Ctrl-C, and the stopping at the second. */
  readonly #coming = new AbortController()
  readonly #stopping = new AbortController()
  readonly #giveBack: () => void
  #end: (ending: Ending) => void = () => undefined
  readonly #ending = new Promise<Ending>((resolve) => {
    this.#end = resolve
  })
  #exitCode: number | undefined

  constructor(cx: ComposeContext, input: ForegroundInput, attached: AttachedServices) {
    this.#cx = cx
    this.#input = input
    this.#attached = attached
    this.#giveBack = cx.interrupts.handle((count) => {
      if (count === 1) {
        this.#coming.abort(new Error('interrupted'))
        this.#end({ kind: 'interrupted' })
      }
      if (count === 2) this.#stopping.abort(new Error('interrupted'))
      if (count > 2) cx.interrupts.force()
    })
  }

  async run(): Promise<number> {
    const stage = await this.#stage()
    const follower = await this.#follow(stage)
    try {
      await this.#comeUp(stage, follower)
    } catch (error) {
      if (!this.#coming.signal.aborted || this.#cx.signal.aborted) throw error
    }
    const ended = follower.ended().then((): undefined => undefined)
    ended.catch(() => undefined)
    const ending = this.#coming.signal.aborted ? await this.#ending : await Promise.race([this.#ending, ended])
    if (!ending) return this.#exitCode ?? 0
    await this.#stopAll(ending)
    await Promise.race([ended, delay(LAST_WORDS_MS, this.#cx.signal)])
    return ending.kind === 'interrupted' ? INTERRUPTED : (this.#exitCode ?? ending.exitCode)
  }

  close(): void {
    this.#giveBack()
    this.#over.abort(new Error('up is over'))
  }

  async #stage(): Promise<Stage> {
    const cx = this.#cx
    return new Stage({ block: await cx.progress('Running'), lines: await cx.progress('Running', { live: false }) })
  }

  async #follow(stage: Stage): Promise<Follower> {
    const cx = this.#cx
    const { options, desired } = this.#input
    const printer = createLogPrinter({
      stdout: cx.stdout,
      stderr: cx.stderr,
      style: cx.style(cx.stdout, { noColor: options.noColor }),
      prefix: !options.noLogPrefix,
      timestamps: options.timestamps,
    })
    return new Follower({
      engine: await cx.engine(),
      project: desired.project,
      printer: stage.printing(printer),
      watches: (service) => this.#attached.watched.has(service),
      shows: (service) => this.#attached.shown.has(service),
      onExit: (exit) => this.#onExit(exit),
      signal: anySignal(cx.signal, this.#over.signal),
    })
  }

  #onExit({ container, exitCode, restarting }: ContainerExit): void {
    const { options } = this.#input
    if (restarting) return
    if (container.service === options.exitCodeFrom) this.#exitCode ??= exitCode
    const aborts = abortsOnExit(options) || (options.abortOnContainerFailure && exitCode !== 0)
    if (aborts) this.#end({ kind: 'aborted', exitCode })
  }

  /** Runs the plan. */
  async #comeUp(stage: Stage, follower: Follower): Promise<void> {
    const cx = this.#cx
    const { desired, policy, options } = this.#input
    const signal = anySignal(cx.signal, this.#coming.signal)
    const { note } = stage
    try {
      const emit = withoutQuietParts(stage.emit, options)
      const plan = await planUp(cx, desired, { policy, dryRun: false, emit, note, signal })
      for (const id of stoppedBy(plan)) follower.letGo(id)
      stage.begin(plan, () => this.#announce(plan, follower))
      await carryOut(cx, plan, { emit, note, signal })
      await stage.attach()
      await this.#lookAt(plan, follower)
    } finally {
      await stage.close()
    }
  }

  /** `Attaching to db-1, web-1`; containers that ran before are followed from now on. */
  async #announce(plan: Plan, follower: Follower): Promise<void> {
    const cx = this.#cx
    const started = plan.steps.flatMap(({ action }) => (action.kind === 'container.start' ? [action.container] : []))
    const shown = [...plan.kept, ...started].filter(({ service }) => this.#attached.shown.has(service))
    const names = shown.map(({ name, service, number }) => shortName({ name, service, number }, plan.project))
    await cx.stdout.write(`Attaching to ${names.sort().join(', ')}\n`)
    for (const { target, name, service, number } of plan.kept) {
      if (!this.#attached.watched.has(service)) continue
      const container = { id: target, name: shortName({ name, service, number }, plan.project), service }
      follower.add(container, { running: true, tail: 0 })
    }
  }

  /** What events may have missed: containers that were started, or have ended already. */
  async #lookAt(plan: Plan, follower: Follower): Promise<void> {
    const started = new Set(
      plan.steps.flatMap(({ action }) => (action.kind === 'container.start' ? [action.container.name] : [])),
    )
    for (const { id, name, displayName, service } of await listContainers(this.#cx, plan.project)) {
      if (started.has(name)) follower.look({ id, name: displayName, service })
    }
  }

  async #stopAll(ending: Ending): Promise<void> {
    const cx = this.#cx
    const { desired, options, services } = this.#input
    if (ending.kind === 'interrupted') {
      await cx.stdout.write('Gracefully Stopping... press Ctrl+C again to force\n')
    } else {
      const style = cx.style(cx.stderr, { noColor: options.noColor })
      await cx.stderr.write(`${style.red(style.bold('Aborting on container exit...'))}\n`)
    }
    const progress = await cx.progress('Stopping', { live: false })
    const engine = await cx.engine()
    const look = async () => ({
      observed: await observe(engine, { project: desired.project, only: 'containers', signal: cx.signal }),
      desired,
      services,
    })
    try {
      const signal = anySignal(cx.signal, this.#stopping.signal)
      const plan = planStop({ ...(await look()), ...defined({ timeout: options.timeout }) })
      await carryOut(cx, plan, { ...progress, signal })
    } catch (error) {
      if (!this.#stopping.signal.aborted || cx.signal.aborted) throw error
      await carryOut(cx, planKill({ ...(await look()), signal: 'SIGKILL' }), progress)
    } finally {
      await progress.close()
    }
  }
}

const shortName = (
  { name, service, number }: { readonly name: string; readonly service: string; readonly number: number },
  project: string,
): string => (name === `${project}-${service}-${number}` ? `${service}-${number}` : name)
