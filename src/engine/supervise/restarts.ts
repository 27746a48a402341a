import { messageOf } from '../../errors/app-error.ts'
import { type ContainerContext, emitContainer, type ExitInfo } from '../container/context.ts'
import { noteState } from '../container/note-state.ts'
import { type Container, type ContainerRecord, isRunning } from '../container/record.ts'
import { startContainer } from '../container/start.ts'
import { endContainer } from '../container/stop.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 60_000
/** A run this long starts the back-off anew. */
const GOOD_RUN_MS = 10_000

/** Label (also set by `x-on-unhealthy`): what is done with a container that turns unhealthy. */
export const ON_UNHEALTHY_LABEL = 'tsc-compose.on-unhealthy'

interface Backoff {
  delayMs: number
  timer?: NodeJS.Timeout
}

/** Restart policies with Docker's back-off, and restarts of unhealthy containers. */
export class Restarts {
  readonly #context: ContainerContext
  readonly #backoffs = new Map<string, Backoff>()
  /** Containers that are being ended so that they start again. */
  readonly #causes = new Map<string, string>()
  #closed = false

  constructor(context: ContainerContext) {
    this.#context = context
  }

  willRestart(container: Container, exit: ExitInfo): boolean {
    if (this.#closed) return false
    return this.#causes.has(container.record.id) || policyRestarts(container.record, exit)
  }

  /** The exit is recorded: plan the next start. */
  exited(container: Container, exit: ExitInfo, restarting: boolean): void {
    const { record } = container
    if (!restarting) {
      this.cancel(container)
      return
    }
    const cause = this.#causes.get(record.id)
    this.#causes.delete(record.id)
    if (cause === undefined) delete record.state.restartCause
    else record.state.restartCause = cause
    const ran = Date.parse(exit.finishedAt) - Date.parse(record.state.startedAt)
    const last = this.#backoffs.get(record.id)?.delayMs
    const delayMs = last === undefined || ran >= GOOD_RUN_MS ? FIRST_DELAY_MS : Math.min(last * 2, MAX_DELAY_MS)
    this.#schedule(container, delayMs)
  }

  /** Ends an unhealthy container; its exit then starts it again. */
  async unhealthy(container: Container): Promise<void> {
    const { record } = container
    if (record.config.Labels?.[ON_UNHEALTHY_LABEL] !== 'restart' || record.state.manuallyStopped) return
    if (this.#causes.has(record.id) || !isRunning(container)) return
    this.#causes.set(record.id, 'unhealthy')
    try {
      await endContainer(this.#context, container)
    } catch (error) {
      this.#causes.delete(record.id)
      this.#context.warn(`${record.name}: cannot restart it though it is unhealthy: ${messageOf(error)}`)
    }
  }

  cancel(container: Container): void {
    clearTimeout(this.#backoffs.get(container.record.id)?.timer)
    this.#backoffs.delete(container.record.id)
    this.#causes.delete(container.record.id)
  }

  /** A restart that was under way when the last engine ended. */
  resume(container: Container): void {
    if (!this.#backoffs.has(container.record.id)) this.#schedule(container, FIRST_DELAY_MS)
  }

  close(): void {
    this.#closed = true
    for (const { timer } of this.#backoffs.values()) clearTimeout(timer)
  }

  #schedule(container: Container, delayMs: number): void {
    const { id } = container.record
    clearTimeout(this.#backoffs.get(id)?.timer)
    const timer = setTimeout(() => void this.#restart(container), delayMs)
    this.#backoffs.set(id, { delayMs, timer })
  }

  async #restart(container: Container): Promise<void> {
    const context = this.#context
    const { record } = container
    await context.mutex.run(record.id, async () => {
      if (this.#closed || record.state.phase !== 'restarting') return
      record.state.restartCount += 1
      try {
        await startContainer(context, container)
        const { restartCause } = record.state
        if (restartCause !== undefined) emitContainer(context, container, 'restart', { cause: restartCause })
      } catch (error) {
        record.state.phase = 'exited'
        this.cancel(container)
        await noteState(context, container)
        context.warn(`${record.name}: cannot restart it: ${messageOf(error)}`)
      }
    })
  }
}

/** Docker's rules for an exit; a container that the user stopped stays so. */
const policyRestarts = ({ hostConfig, state }: ContainerRecord, { exitCode }: ExitInfo): boolean => {
  if (state.manuallyStopped) return false
  const { Name, MaximumRetryCount } = hostConfig.RestartPolicy ?? { Name: 'no', MaximumRetryCount: 0 }
  if (Name === 'always' || Name === 'unless-stopped') return true
  return Name === 'on-failure' && exitCode !== 0 && (MaximumRetryCount === 0 || state.restartCount < MaximumRetryCount)
}

/** Whether a container that does not run is started when the engine starts. */
export const startsWithEngine = ({ hostConfig, state }: ContainerRecord): boolean => {
  if (!state.hasRun) return false
  const { Name, MaximumRetryCount } = hostConfig.RestartPolicy ?? { Name: 'no', MaximumRetryCount: 0 }
  if (Name === 'always') return true
  if (state.manuallyStopped) return false
  if (Name === 'unless-stopped') return true
  return (
    Name === 'on-failure' && state.exitCode !== 0 && (MaximumRetryCount === 0 || state.restartCount < MaximumRetryCount)
  )
}
