import { readFileSync } from 'node:fs'

/** Names one process for good: a pid is used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly startTime: string
}

/** Identity of a living process; undefined when it is gone or a zombie (proc(5)). */
export const processIdentity = (pid: number): ProcessIdentity | undefined => {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = 'X'] = fields
  return state === 'Z' || state === 'X' ? undefined : { pid, startTime: fields[19] ?? '' }
}

export const isAlive = (identity: ProcessIdentity): boolean =>
  processIdentity(identity.pid)?.startTime === identity.startTime

/** Sends a signal to exactly this process; false when it is gone. */
export const signalProcess = (identity: ProcessIdentity, signal: number): boolean => {
  if (!isAlive(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false
  }
}
