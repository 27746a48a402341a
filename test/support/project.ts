import type { ComposeModel, Project, ServiceModel } from '../../src/compose/model.ts'
import type { Where } from '../../src/errors/where.ts'
import { desire } from '../../src/plan/desire.ts'
import type { Desired } from '../../src/plan/desired.ts'

export interface ProjectOptions extends Partial<Omit<ComposeModel, 'services'>> {
  readonly disabled?: Readonly<Record<string, ServiceModel>>
  readonly environment?: Readonly<Record<string, string>>
  readonly where?: (path: string) => Where | undefined
}

/**
 * A loaded project of these canonical services, named `p`, in `/project`. Services without networks and network_mode are
 * on `default`, as the loader has it; without image they are of `busybox`.
 */
export const projectOf = (
  services: Readonly<Record<string, ServiceModel>>,
  { disabled = {}, environment = {}, where = () => undefined, ...model }: ProjectOptions = {},
): Project => ({
  model: {
    name: 'p',
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, completed(service)])),
    networks: { default: { name: 'p_default', ipam: {} } },
    volumes: {},
    configs: {},
    secrets: {},
    extensions: {},
    ...model,
  },
  disabledServices: disabled,
  workingDir: '/project',
  configFiles: ['/project/compose.yml'],
  envFiles: [],
  profiles: [],
  environment,
  where,
})

const completed = (service: ServiceModel): ServiceModel => ({
  ...(service.build || service.image ? {} : { image: 'busybox' }),
  ...(service.networks || service.network_mode ? {} : { networks: { default: null } }),
  ...service,
})

export const desiredOf = (...given: Parameters<typeof projectOf>): Desired =>
  desire(projectOf(...given), { version: '0.0.0' })

export const healthy = { condition: 'service_healthy', required: true } as const
export const started = { condition: 'service_started', required: true } as const
export const completedWell = { condition: 'service_completed_successfully', required: true } as const
