/**
 * Makes calls that come together share one run of `task`. At most one run is under way; calls that come meanwhile
 * share the next one, so every call resolves after a run that began later than the call, or rejects with its error.
 */
export const coalesce = (task: () => Promise<void>): (() => Promise<void>) => {
  let current: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= current.then(afterThisTurn, afterThisTurn).then(() => {
      next = undefined
      return task()
    })
    current = next
    return next
  }
}

const afterThisTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
