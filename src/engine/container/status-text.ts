import type { Container } from './record.ts'

/** `Up 5 seconds (healthy)`, `Exited (0) 2 minutes ago`: the words of `docker ps`. */
export const statusText = (container: Container, nowMs: number): string => {
  const { state } = container.record
  const ago = (time: string): string => humanDuration(nowMs - Date.parse(time))
  switch (state.phase) {
    case 'running':
      return `Up ${ago(state.startedAt)}${healthText(container)}${causeText(container)}`
    case 'paused':
      return `Up ${ago(state.startedAt)} (Paused)`
    case 'restarting':
      return `Restarting (${state.exitCode}) ${ago(state.finishedAt)} ago${causeText(container)}`
    case 'removing':
      return 'Removal In Progress'
    case 'dead':
      return 'Dead'
    case 'created':
      return 'Created'
    case 'exited':
      return `Exited (${state.exitCode}) ${ago(state.finishedAt)} ago`
  }
}

const healthText = ({ health }: Container): string => {
  if (!health || health.Status === 'none') return ''
  return health.Status === 'starting' ? ' (health: starting)' : ` (${health.Status})`
}

/** Docker has no such words, since it never restarts for a reason of its own. */
const causeText = ({ record }: Container): string => {
  const { restartCause, restartCount } = record.state
  return restartCause === undefined ? '' : ` (restarted ${restartCount} times: ${restartCause})`
}

/** Docker's `units.HumanDuration`. */
export const humanDuration = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.round(ms / 3_600_000)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`
  return `${Math.floor(hours / 24 / 365)} years`
}
