import type { ServiceModel } from '../compose/model.ts'
import type { RestartPolicy } from '../port/containers.ts'

const NAMES: Readonly<Record<string, RestartPolicy['Name']>> = {
  no: 'no',
  none: 'no',
  'on-failure': 'on-failure',
  'unless-stopped': 'unless-stopped',
  always: 'always',
  any: 'always',
}

/**
 * `deploy.restart_policy` wins over `restart`, as docker compose has it; a condition that is left out is `any`, as the
 * Compose specification has it. Only `on-failure` counts attempts in the engine.
 */
export const restartPolicy = (service: ServiceModel): RestartPolicy => {
  const policy = service.deploy?.restart_policy
  const [condition = '', attempts] = policy
    ? [policy.condition || 'any', policy.max_attempts]
    : (service.restart ?? 'no').split(':')
  const name = NAMES[condition] ?? 'no'
  return { Name: name, MaximumRetryCount: name === 'on-failure' ? Number(attempts ?? 0) : 0 }
}
