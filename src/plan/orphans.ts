import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Desired } from './desired.ts'
import { isAlive } from './lookup.ts'
import type { Observed, ObservedContainer } from './observed.ts'

/** Containers of the project whose service is neither declared nor merely inactive, and one-offs that have ended. */
export const orphansOf = (desired: Desired, observed: Observed): ObservedContainer[] => {
  const declared = new Set([...Object.keys(desired.services), ...desired.disabled])
  return observed.containers.filter((container) =>
    container.oneOff ? !isAlive(container) && !declared.has(container.service) : !declared.has(container.service),
  )
}

export const orphanWarning = (orphans: readonly ObservedContainer[], project: string): Diagnostic[] =>
  orphans.length === 0
    ? []
    : [
        {
          severity: 'warning',
          code: 'E_PLAN_ORPHANS',
          message: `Found orphan containers (${orphans.map(({ name }) => name).join(', ')}) of project "${project}"`,
          hint: 'if you removed or renamed their service, --remove-orphans removes them',
        },
      ]
