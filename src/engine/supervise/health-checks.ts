import { messageOf } from '../../errors/app-error.ts'
import type { HealthConfig } from '../../port/containers.ts'
import { type ContainerContext, emitContainer } from '../container/context.ts'
import type { Execs } from '../container/exec.ts'
import { type Container, isRunning, timeNow } from '../container/record.ts'

const NS_PER_MS = 1e6
const MAX_OUTPUT = 4096
const KEEP_RESULTS = 5
const SIGKILL = 9

export interface Timing {
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly startPeriodMs: number
  readonly startIntervalMs: number
  readonly retries: number
}

interface Check {
  timer?: NodeJS.Timeout
  stopped: boolean
}

export interface HealthChecksOptions {
  readonly context: ContainerContext
  readonly execs: Execs
  /** A container has just turned unhealthy. */
  onUnhealthy(container: Container): void
}

/**
 * Runs the health checks of running containers, as Docker does: the first after one interval (the start interval within
 * the start period), the next an interval after the end of the last; failures within the start period do not count until
 * one has succeeded; the last five results are kept.
 */
export class HealthChecks {
  readonly #options: HealthChecksOptions
  readonly #checks = new Map<string, Check>()

  constructor(options: HealthChecksOptions) {
    this.#options = options
  }

  /** A container runs (again). `resume` keeps what is known: it ran already when this engine started. */
  start(container: Container, { resume = false } = {}): void {
    const { config, id } = container.record
    const command = probeCommand(config.Healthcheck, config.Shell)
    if (!command) {
      delete container.health
      return
    }
    this.stop(container)
    if (!resume || !container.health) container.health = { Status: 'starting', FailingStreak: 0, Log: [] }
    const check: Check = { stopped: false }
    this.#checks.set(id, check)
    this.#schedule(container, { check, command, timing: timingOf(config.Healthcheck ?? {}) })
  }

  stop(container: Container): void {
    const check = this.#checks.get(container.record.id)
    if (!check) return
    check.stopped = true
    clearTimeout(check.timer)
    this.#checks.delete(container.record.id)
  }

  close(): void {
    for (const check of this.#checks.values()) {
      check.stopped = true
      clearTimeout(check.timer)
    }
  }

  #schedule(container: Container, job: { check: Check; command: string[]; timing: Timing }): void {
    const { check, timing } = job
    const inStart = container.health?.Status === 'starting' && runTime(container) < timing.startPeriodMs
    check.timer = setTimeout(
      () => void this.#probe(container, job),
      inStart ? timing.startIntervalMs : timing.intervalMs,
    )
  }

  async #probe(container: Container, job: { check: Check; command: string[]; timing: Timing }): Promise<void> {
    const { check, command, timing } = job
    const Start = timeNow()
    const inStart = runTime(container) < timing.startPeriodMs
    const { exitCode, output } = await this.#run(container, command, timing.timeoutMs)
    if (check.stopped || !isRunning(container) || !container.health) return
    const { health } = container
    const before = health.Status
    health.Log = [...health.Log, { Start, End: timeNow(), ExitCode: exitCode, Output: output }].slice(-KEEP_RESULTS)
    if (exitCode === 0) {
      health.FailingStreak = 0
      health.Status = 'healthy'
    } else if (!(before === 'starting' && inStart)) {
      health.FailingStreak += 1
      if (health.FailingStreak >= timing.retries) health.Status = 'unhealthy'
    }
    if (health.Status !== before) {
      emitContainer(this.#options.context, container, `health_status: ${health.Status}`)
      if (health.Status === 'unhealthy') this.#options.onUnhealthy(container)
    }
    this.#schedule(container, job)
  }

  async #run(
    container: Container,
    command: string[],
    timeoutMs: number,
  ): Promise<{ exitCode: number; output: string }> {
    const { execs } = this.#options
    let output = ''
    let timedOut = false
    let timer: NodeJS.Timeout | undefined
    try {
      const { Id } = execs.create(container, { Cmd: command, AttachStdout: true, AttachStderr: true })
      const end = (): void => {
        const pid = execs.pid(Id)
        if (pid !== undefined) kill(pid)
      }
      timer = setTimeout(() => {
        timedOut = true
        end()
      }, timeoutMs)
      const session = await execs.start(Id)
      if (timedOut) end()
      if (session) {
        for await (const { data } of session.output) {
          if (output.length < MAX_OUTPUT) output += Buffer.from(data).toString('utf8')
        }
      }
      if (timedOut)
        return {
          exitCode: -1,
          output: `Health check exceeded timeout (${timeoutMs / 1000}s): ${output}`.slice(0, MAX_OUTPUT),
        }
      return { exitCode: execs.inspect(Id).ExitCode ?? -1, output: output.slice(0, MAX_OUTPUT) }
    } catch (error) {
      return { exitCode: -1, output: messageOf(error).slice(0, MAX_OUTPUT) }
    } finally {
      clearTimeout(timer)
    }
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, SIGKILL)
  } catch {
    // it has ended by itself
  }
}

const runTime = ({ record }: Container): number => Date.now() - Date.parse(record.state.startedAt)

/** Command of a probe; undefined when there is none. */
export const probeCommand = (
  health: HealthConfig | null | undefined,
  shell: string[] | null | undefined,
): string[] | undefined => {
  const [kind, ...rest] = health?.Test ?? []
  if (kind === 'CMD') return rest
  if (kind === 'CMD-SHELL') return [...(shell?.length ? shell : ['/bin/sh', '-c']), ...rest]
  return undefined
}

export const timingOf = (health: HealthConfig): Timing => ({
  intervalMs: (health.Interval || 30_000 * NS_PER_MS) / NS_PER_MS,
  timeoutMs: (health.Timeout || 30_000 * NS_PER_MS) / NS_PER_MS,
  startPeriodMs: (health.StartPeriod ?? 0) / NS_PER_MS,
  startIntervalMs: (health.StartInterval || 5000 * NS_PER_MS) / NS_PER_MS,
  retries: health.Retries || 3,
})
