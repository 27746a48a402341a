import { AppError } from '../errors/app-error.ts'
import { dependentsOf } from '../graph/order.ts'
import { anySignal } from '../lib/any-signal.ts'
import type { Desired, DesiredService } from '../plan/desired.ts'
import { containersOf } from '../plan/lookup.ts'
import type { ContainerInspect } from '../port/containers.ts'
import type { EnginePort } from '../port/engine-port.ts'
import { EventHub } from './event-hub.ts'
import { observe } from './observe.ts'
import type { Emit } from './progress.ts'
import { completedVerdict, runningVerdict, untilVerdict, type Verdict } from './wait-container.ts'

export interface WaitUpOptions {
  /** Empty: all. */
  readonly services?: readonly string[]
  /** Milliseconds; absent: for ever. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly emit?: Emit
}

/**
 * `up --wait`: every container is healthy, or running where there is no health check. A job counts when it has ended
 * with status 0: a service that others need to be completed, and any that never restarts and has nothing more to do.
 * @throws E_WAIT_FAILED with the container that failed, or at the timeout
 */
export const waitUp = async (desired: Desired, engine: EnginePort, options: WaitUpOptions = {}): Promise<void> => {
  const { services = [], timeout, emit = () => undefined } = options
  const over = new AbortController()
  const signal = anySignal(options.signal, over.signal)
  let expired = false
  // AbortSignal.timeout would do, but Node 20 may collect it when only a combined signal is held.
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          expired = true
          over.abort(new Error('timeout'))
        }, timeout)
  const hub = new EventHub(engine.events, desired.project)
  try {
    const observed = await observe(engine, { project: desired.project, only: 'containers', signal })
    const chosen = Object.values(desired.services).filter(
      ({ name }) => services.length === 0 || services.includes(name),
    )
    await Promise.all(
      chosen.flatMap((service) =>
        containersOf(observed, service.name).map(async ({ id, name }) => {
          emit({ id: `Container ${name}`, status: 'working', text: 'Waiting' })
          const verdict = await untilVerdict(id, verdictFor(desired, service), {
            containers: engine.containers,
            hub,
            signal,
          })
          tell(name, verdict, emit)
        }),
      ),
    )
  } catch (error) {
    if (expired && !options.signal?.aborted) {
      throw new AppError('E_WAIT_FAILED', `application not healthy after ${(timeout ?? 0) / 1000}s`, { cause: error })
    }
    throw error
  } finally {
    clearTimeout(timer)
    over.abort()
    hub.close()
  }
}

const tell = (name: string, verdict: NonNullable<Verdict>, emit: Emit): void => {
  const id = `Container ${name}`
  if ('failed' in verdict) {
    emit({ id, status: 'error', text: 'Error', details: verdict.failed })
    throw new AppError('E_WAIT_FAILED', verdict.failed)
  }
  emit({ id, status: 'done', text: verdict.reached })
}

const verdictFor = (desired: Desired, service: DesiredService): ((inspect: ContainerInspect) => Verdict) => {
  const users = dependentsOf(desired.graph, service.name)
  if (users.some((edge) => edge.condition === 'service_completed_successfully')) return completedVerdict
  const restarts = service.template.HostConfig?.RestartPolicy?.Name ?? 'no'
  return (inspect) => {
    const { Status, ExitCode } = inspect.State
    const isDone = Status === 'exited' && ExitCode === 0 && (restarts === 'no' || restarts === 'on-failure')
    return isDone ? { reached: 'Exited' } : runningVerdict(inspect)
  }
}
