import { AppError } from '../errors/app-error.ts'
import { orAborted } from '../lib/wait.ts'
import type { ContainerInspect, ContainersPort, ContainerState } from '../port/containers.ts'
import type { EventHub } from './event-hub.ts'

/** What a look at a container's state says of a wait: the end of it, or undefined to go on. */
export type Verdict = { readonly reached: 'Healthy' | 'Exited' } | { readonly failed: string } | undefined

export interface WaitPorts {
  readonly containers: Pick<ContainersPort, 'inspect'>
  readonly hub: EventHub
  readonly signal: AbortSignal
}

/** Milliseconds between looks that no event asked for. */
const LOOK_EVERY = { withEvents: 5000, withoutEvents: 500 } as const

/** Actions that cannot change what a wait is for. */
const IRRELEVANT = /^(?:exec_|attach|top|resize|archive-path|export)/

/**
 * Looks at a container now, and again after each of its events, until the verdict is there.
 * @throws the signal's reason when it is aborted first
 */
export const untilVerdict = async (
  target: string,
  verdictOf: (inspect: ContainerInspect) => Verdict,
  { containers, hub, signal }: WaitPorts,
): Promise<NonNullable<Verdict>> => {
  let id: string | undefined
  let wake: (() => void) | undefined
  let woken = false
  const stop = hub.listen((event) => {
    if (id !== undefined && event.Actor.ID !== id) return
    if (IRRELEVANT.test(event.Action)) return
    woken = true
    wake?.()
  })
  try {
    for (;;) {
      woken = false
      const inspect = await containers.inspect(target, { signal })
      id = inspect.Id
      const verdict = verdictOf(inspect)
      if (verdict) return verdict
      if (woken) continue
      const every = hub.isLive ? LOOK_EVERY.withEvents : LOOK_EVERY.withoutEvents
      const timer = setTimeout(() => wake?.(), every)
      try {
        await orAborted(
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          signal,
        )
      } finally {
        clearTimeout(timer)
        wake = undefined
      }
    }
  } finally {
    stop()
  }
}

const nameOf = (inspect: ContainerInspect): string => inspect.Name.replace(/^\//, '')

/** Ended for good: neither running nor between two restarts. */
const hasEnded = ({ Status, Restarting }: ContainerState): boolean =>
  !Restarting && (Status === 'exited' || Status === 'dead')

/** Healthy; fails at once when it is unhealthy, has ended, or has no health check (texts as docker compose has them). */
export const healthyVerdict = (inspect: ContainerInspect): Verdict => {
  const { State } = inspect
  if (hasEnded(State)) return { failed: `container ${nameOf(inspect)} exited (${State.ExitCode})` }
  const status = State.Health?.Status ?? 'none'
  if (status === 'healthy') return { reached: 'Healthy' }
  if (status === 'unhealthy') return { failed: `container ${nameOf(inspect)} is unhealthy` }
  if (status === 'starting' || State.Status !== 'running') return undefined
  return { failed: `container ${nameOf(inspect)} has no healthcheck configured` }
}

/** Ended with status 0. */
export const completedVerdict = (inspect: ContainerInspect): Verdict => {
  const { State } = inspect
  if (!hasEnded(State)) return undefined
  if (State.ExitCode === 0) return { reached: 'Exited' }
  return { failed: `service "${serviceOf(inspect)}" didn't complete successfully: exit ${State.ExitCode}` }
}

const serviceOf = (inspect: ContainerInspect): string =>
  inspect.Config.Labels?.['com.docker.compose.service'] ?? nameOf(inspect)

/** Up: healthy where there is a health check, else running. */
export const runningVerdict = (inspect: ContainerInspect): Verdict => {
  const { State } = inspect
  if (hasEnded(State)) return { failed: `container ${nameOf(inspect)} exited (${State.ExitCode})` }
  if (State.Health && State.Health.Status !== 'none') return healthyVerdict(inspect)
  return State.Status === 'running' ? { reached: 'Healthy' } : undefined
}

export const dependencyError = (why: string): AppError =>
  new AppError('E_DEPENDENCY_FAILED', `dependency failed to start: ${why}`)
