import * as fc from 'fast-check'
import type { ServiceModel } from '../../src/compose/model.ts'
import type { Desired } from '../../src/plan/desired.ts'
import { diff } from '../../src/plan/diff.ts'
import { upPolicy } from '../../src/plan/policy.ts'
import { nothing } from './apply-plan.ts'
import { desiredOf } from './project.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const

const condition = fc.constantFrom(
  'service_started' as const,
  'service_healthy' as const,
  'service_completed_successfully' as const,
)

/** One service; it needs only those before it in NAMES, so that there is no cycle. */
const serviceAt = (index: number): fc.Arbitrary<ServiceModel> => {
  const earlier = NAMES.slice(0, index)
  const some = fc.subarray([...earlier])
  const dependency = fc.record({ condition, restart: fc.boolean(), required: fc.boolean() })
  return fc
    .record({
      image: fc.constantFrom('busybox', 'nginx', 'missing'),
      value: fc.constantFrom('1', '2'),
      scale: fc.integer({ min: 0, max: 3 }),
      needs: some,
      dependencies: fc.array(dependency, { minLength: NAMES.length, maxLength: NAMES.length }),
      links: some,
      from: some,
      shares: fc.option(fc.constantFrom(...(earlier.length > 0 ? earlier : [undefined]))),
      networks: fc.subarray(['default', 'back'], { minLength: 1 }),
      volumes: fc.subarray(['data', 'logs']),
      onUnhealthy: fc.boolean(),
      build: fc.boolean(),
    })
    .map((given): ServiceModel => {
      const placement = given.shares
        ? { network_mode: `service:${given.shares}` }
        : { networks: Object.fromEntries(given.networks.map((key) => [key, null])) }
      return {
        image: given.image,
        environment: { VALUE: given.value },
        scale: given.scale,
        depends_on: Object.fromEntries(
          given.needs.map((name, at) => [
            name,
            given.dependencies[at] ?? { condition: 'service_started', required: true },
          ]),
        ),
        links: given.links,
        volumes_from: given.from,
        volumes: given.volumes.map((key) => ({ type: 'volume', source: key, target: `/${key}`, volume: {} })),
        ...placement,
        ...(given.onUnhealthy ? { 'x-on-unhealthy': 'restart' } : {}),
        ...(given.build ? { build: { context: '/ctx' } } : {}),
      }
    })
}

const desired: fc.Arbitrary<Desired> = fc
  .record({
    services: fc.tuple(...NAMES.map((_, index) => serviceAt(index))),
    count: fc.integer({ min: 1, max: NAMES.length }),
    subnet: fc.constantFrom('10.1.0.0/24', '10.2.0.0/24'),
  })
  .map(({ services, count, subnet }) =>
    desiredOf(Object.fromEntries(NAMES.slice(0, count).map((name, index) => [name, services[index] ?? {}])), {
      networks: {
        default: { name: 'p_default', ipam: {} },
        back: { name: 'p_back', ipam: { config: [{ subnet }] } },
      },
      volumes: { data: { name: 'p_data' }, logs: { name: 'p_logs' } },
    }),
  )

/** Projects of up to five services; names that a service shares a namespace or volumes with have containers. */
export const anyDesired = desired.filter((want) =>
  diff(want, nothing(), upPolicy()).diagnostics.every(({ severity }) => severity !== 'error'),
)
