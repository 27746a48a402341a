import type { HealthcheckModel } from '../compose/model.ts'
import { defined } from '../lib/defined.ts'
import { parseDuration } from '../lib/duration.ts'
import type { HealthConfig } from '../port/containers.ts'

/** Durations become nanoseconds; `disable` is `['NONE']`. */
export const healthConfig = (check: HealthcheckModel): HealthConfig => {
  if (check.disable) return { Test: ['NONE'] }
  return defined({
    Test: check.test ? [...check.test] : undefined,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    Retries: check.retries,
    StartPeriod: nanoseconds(check.start_period),
    StartInterval: nanoseconds(check.start_interval),
  })
}

const nanoseconds = (text: string | undefined): number | undefined => {
  const ms = text === undefined ? undefined : parseDuration(text)
  return ms === undefined ? undefined : Math.round(ms * 1e6)
}
