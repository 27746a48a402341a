const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const MONTH = 30 * DAY
const YEAR = 365 * DAY

/** Rows of `under this many seconds: this text`, as Docker's `units.HumanDuration` words them. */
const STEPS: readonly (readonly [limit: number, text: (seconds: number) => string])[] = [
  [1, () => 'Less than a second'],
  [2, () => '1 second'],
  [MINUTE, (s) => `${Math.floor(s)} seconds`],
  [2 * MINUTE, () => 'About a minute'],
  [46 * MINUTE, (s) => `${Math.floor(s / MINUTE)} minutes`],
  [1.5 * HOUR, () => 'About an hour'],
  [2 * DAY, (s) => `${Math.round(s / HOUR)} hours`],
  [2 * WEEK, (s) => `${Math.floor(s / DAY)} days`],
  [2 * MONTH, (s) => `${Math.floor(s / WEEK)} weeks`],
  [2 * YEAR, (s) => `${Math.floor(s / MONTH)} months`],
]

/** `5 seconds`, `About an hour`, `3 weeks`. */
export const humanDuration = (seconds: number): string => {
  const step = STEPS.find(([limit]) => seconds < limit)
  return step ? step[1](seconds) : `${Math.floor(seconds / YEAR)} years`
}

/** `2026-11-24 10:40:41 +0000 UTC`, as Go prints a time; in UTC. */
export const goTime = (unixSeconds: number): string =>
  `${new Date(unixSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
