import { AppError, isAppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { KeyedMutex } from '../../lib/mutex.ts'
import { delay } from '../../lib/wait.ts'
import { LABEL } from '../../plan/labels.ts'
import type { ContainerState } from '../../port/containers.ts'
import type { EnginePort } from '../../port/engine-port.ts'
import { displayName } from '../display-name.ts'
import { type LogLine, logLines, timeKey } from './log-lines.ts'
import type { LogPrinter } from './log-printer.ts'

/** A container whose output is shown. */
export interface FollowedContainer {
  readonly id: string
  /** Without the project's: `web-1`. */
  readonly name: string
  readonly service: string
}

export interface ContainerExit {
  readonly container: FollowedContainer
  readonly exitCode: number
  /** Its restart policy brings it back. */
  readonly restarting: boolean
}

export interface FollowOptions {
  readonly engine: Pick<EnginePort, 'containers' | 'events'>
  readonly project: string
  readonly printer: LogPrinter
  /** Whose life is watched. */
  readonly watches: (service: string) => boolean
  /** Whose output is shown, of those that are watched. */
  readonly shows: (service: string) => boolean
  readonly onExit?: (exit: ContainerExit) => void
  /** Unix seconds. */
  readonly until?: number | undefined
  readonly signal: AbortSignal
}

/** How the first look at a container's log begins. */
interface LogStart {
  readonly tail?: number | 'all'
  /** Unix seconds. */
  readonly since?: number
}

interface Attachment {
  readonly container: FollowedContainer
  /** When the process that is followed was started; '' before it is known. */
  life: string
  /** The end of this life was told. */
  told: boolean
  /** The log of this life was, or is, read. */
  read: boolean
  /** Of the last line that was printed. */
  lastTime: string
  reading: Promise<void> | undefined
}

/** An exit is told when the output before it is printed, but no later than this. */
const DRAIN_MS = 1000
/** By how much an engine may note the start of a process after its first output. */
const START_SLACK_S = 0.1

/**
 * Shows what containers print and tells when they end, over restarts and recreations.
 * It listens to the project's events from its making on; what an event misses, the end of a log or `look` finds.
 */
export class Follower {
  readonly #options: FollowOptions
  readonly #attachments = new Map<string, Attachment>()
  readonly #running = new Set<string>()
  readonly #leaving = new Set<string>()
  readonly #pending = new Set<Promise<void>>()
  readonly #turns = new KeyedMutex()
  readonly #listening: Promise<void>
  #failure: { error: unknown } | undefined
  #onChange: () => void = () => undefined

  constructor(options: FollowOptions) {
    this.#options = options
    this.#listening = this.#listen()
    this.#background(this.#listening, { counts: false })
  }

  /** Follows a container that was there before; with `running: false` its log is printed and that is all. */
  add(container: FollowedContainer, { running, ...start }: LogStart & { readonly running: boolean }): void {
    const attachment = this.#attach(container)
    if (running) this.#running.add(container.id)
    else attachment.told = true
    this.#read(attachment, start, running)
  }

  /** Looks at a container that may have been started, or have ended, since. */
  look(container: FollowedContainer): void {
    if (!this.#options.watches(container.service)) return
    const attachment = this.#attach(container)
    this.#background(this.#turns.run(container.id, () => this.#settle(attachment)))
  }

  /** A container that is replaced or restarted on purpose: its end, until it is started again, is not told. */
  letGo(id: string): void {
    this.#leaving.add(id)
  }

  /**
   * Resolves when no watched container runs and all output is printed; at once when there is none.
   * @throws what made listening or printing fail, and the reason of the signal
   */
  async ended(): Promise<void> {
    const quiet = new Promise<void>((resolve) => {
      this.#onChange = () => {
        if (this.#failure || (this.#running.size === 0 && this.#pending.size === 0)) resolve()
      }
      this.#onChange()
    })
    await quiet
    this.#options.signal.throwIfAborted()
    if (this.#failure) throw this.#failure.error
  }

  async #listen(): Promise<void> {
    const { engine, project, signal } = this.#options
    const filters = { type: ['container'], label: [`${LABEL.project}=${project}`], event: ['start', 'die'] }
    for await (const { Action, Actor } of engine.events.subscribe({ filters, signal })) {
      const labels = Actor.Attributes
      const service = labels[LABEL.service]
      if (service === undefined || labels[LABEL.oneOff] === 'True' || !this.#options.watches(service)) continue
      if (Action === 'start') this.#leaving.delete(Actor.ID)
      if (this.#leaving.has(Actor.ID)) continue
      const name = displayName({ name: labels['name'] ?? Actor.ID.slice(0, 12), labels, project })
      const attachment = this.#attach({ id: Actor.ID, name, service })
      const exitCode = Action === 'die' ? Number(labels['exitCode'] ?? 0) : undefined
      this.#background(this.#turns.run(Actor.ID, () => this.#settle(attachment, exitCode)))
    }
    signal.throwIfAborted()
    throw new AppError('E_API_UNREACHABLE', "Cannot follow the project: the engine's events have ended")
  }

  #attach(container: FollowedContainer): Attachment {
    const known = this.#attachments.get(container.id)
    if (known) return known
    const made: Attachment = { container, life: '', told: false, read: false, lastTime: '', reading: undefined }
    this.#attachments.set(container.id, made)
    if (this.#options.shows(container.service)) this.#options.printer.introduce(container.name)
    return made
  }

  /** Brings an attachment to what the container is now. `diedWith`: an event told that a life has ended. */
  async #settle(attachment: Attachment, diedWith?: number): Promise<void> {
    const { id } = attachment.container
    const state = await this.#inspect(id)
    const alive = state !== undefined && (state.Running || state.Restarting)
    if (!alive) this.#running.delete(id)
    // An event is about the life that is known, also when the next one has begun.
    if (diedWith !== undefined && !attachment.told) {
      if (state && !state.Running) enter(attachment, state.StartedAt)
      return this.#end(attachment, { exitCode: diedWith, state, alive })
    }
    if (!state) return
    enter(attachment, state.StartedAt)
    if (state.Running) return this.#begin(attachment, state)
    const ended = state.Status === 'exited' || state.Status === 'dead' || state.Restarting
    if (ended && !attachment.told) await this.#end(attachment, { exitCode: state.ExitCode, state, alive })
  }

  #begin(attachment: Attachment, state: ContainerState): void {
    if (!this.#running.has(attachment.container.id)) attachment.told = false
    this.#running.add(attachment.container.id)
    this.#read(attachment, { since: sinceOf(attachment, state) }, true)
  }

  async #end(
    attachment: Attachment,
    { exitCode, state, alive }: { exitCode: number; state: ContainerState | undefined; alive: boolean },
  ): Promise<void> {
    const { container } = attachment
    attachment.told = true
    if (!attachment.read && state) this.#read(attachment, { since: sinceOf(attachment, state) }, false)
    if (attachment.reading) await Promise.race([attachment.reading, delay(DRAIN_MS, this.#options.signal)])
    if (this.#options.shows(container.service)) {
      const note = `${container.name} exited with code ${exitCode}${alive ? ' (restarting)' : ''}`
      await this.#options.printer.note(note)
    }
    this.#options.onExit?.({ container, exitCode, restarting: alive })
  }

  #read(attachment: Attachment, start: LogStart, follow: boolean): void {
    const { engine, shows, until, signal } = this.#options
    const { id, service } = attachment.container
    if (attachment.reading || !shows(service)) return
    const options = { ...start, ...defined({ until }), follow, signal }
    const reading = this.#print(attachment, logLines(engine.containers, id, options)).finally(() => {
      attachment.reading = undefined
      // A log that ends has a reason: should no event tell it, the container does.
      if (follow && !signal.aborted) this.look(attachment.container)
    })
    attachment.reading = reading
    attachment.read = true
    this.#background(reading)
  }

  async #print(attachment: Attachment, batches: AsyncIterable<readonly LogLine[]>): Promise<void> {
    const seen = attachment.lastTime && timeKey(attachment.lastTime)
    try {
      for await (const batch of batches) {
        const fresh = batch.filter((line) => timeKey(line.time) > seen)
        await this.#options.printer.print(attachment.container.name, fresh)
        attachment.lastTime = fresh.at(-1)?.time ?? attachment.lastTime
      }
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  async #inspect(id: string): Promise<ContainerState | undefined> {
    try {
      return (await this.#options.engine.containers.inspect(id, { signal: this.#options.signal })).State
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  #background(work: Promise<void>, { counts = true }: { counts?: boolean } = {}): void {
    const settled = work
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#pending.delete(settled)
        this.#onChange()
      })
    if (counts) this.#pending.add(settled)
  }
}

/** Notes when the process was started; a later start than the known one is a new life. */
const enter = (attachment: Attachment, startedAt: string): void => {
  if (attachment.life !== '' && attachment.life !== startedAt) {
    attachment.told = false
    attachment.read = false
  }
  attachment.life = startedAt
}

/** From where to read the log of a life: after the last printed line, else after the life before. */
const sinceOf = (attachment: Attachment, state: ContainerState): number => {
  // A number has less precision than a time with nanoseconds; lines that were seen are left out once more by their time.
  if (attachment.lastTime) return Math.max(0, Date.parse(attachment.lastTime) / 1000 - 0.001)
  const before = state.Running
    ? Date.parse(state.FinishedAt) / 1000
    : Date.parse(state.StartedAt) / 1000 - START_SLACK_S
  return Math.max(0, before)
}

const isGone = (error: unknown): boolean => isAppError(error) && error.httpStatus === 404
