import { describe, expect, it } from 'vitest'
import type { ComposeModel } from '../../../src/compose/model.ts'
import { containerBody } from '../../../src/plan/container-body.ts'
import { desire } from '../../../src/plan/desire.ts'
import { diff } from '../../../src/plan/diff.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import { nothing } from '../../support/apply-plan.ts'
import { projectOf } from '../../support/project.ts'
import recorded from './data/create-bodies.json' with { type: 'json' }

/**
 * What docker-compose 2.40.3 sent to dockerd 28.5 for one file (`compose create`, recorded on the socket), beside the
 * canonical model that it prints of that file.
 */
const { model, containers, networks, volumes } = recorded as unknown as {
  model: ComposeModel
  containers: Record<string, Body>
  networks: Record<string, Body>
  volumes: Record<string, Body>
}
type Body = Record<string, unknown> & { Labels: Record<string, string> }

const VERSION = '2.40.3'
const IMAGE_ID = 'sha256:720e535ce43ac4a691109d2ea65c8234c312d87b965facaabf787105545170de'
const DB_ID = '078f7a6a9447c1a49dc1e4d733a385d745595d3fc594f2d57c1d231c99bf0e3c'

const project = {
  ...projectOf(model.services, { ...model, name: 'rec' }),
  workingDir: '/tmp/rec/proj',
  configFiles: ['/tmp/rec/proj/compose.yml'],
}
const desired = desire(project, { version: VERSION })
const plan = diff(desired, { ...nothing(), project: 'rec' }, upPolicy())

const bodies = Object.fromEntries(
  plan.steps.flatMap(({ action }) =>
    action.kind === 'container.create'
      ? [
          [
            action.name,
            containerBody('rec', action, {
              imageId: IMAGE_ID,
              imageVolumes: [],
              idOf: ({ name }) => (name === 'rec-db-1' ? DB_ID : name),
              pathOf: ({ name }) => name,
            }),
          ],
        ]
      : [],
  ),
)

/** Without what is null, zero, false or empty, which the engine takes as not given; lists without order sorted. */
const tidy = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const items = value.map(tidy)
    return items.every((item) => typeof item !== 'object') ||
      items.some((item) => Object.hasOwn(item as object, 'Target'))
      ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, tidy(item)])
  return Object.fromEntries(entries.filter(([, item]) => !isNothing(item)))
}

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Where we mean to differ: see each test. */
const comparable = (body: Record<string, unknown>): Record<string, unknown> => {
  const { Labels, HostConfig, NetworkingConfig, ...rest } = structuredClone(body)
  delete rest['ExposedPorts']
  const host = HostConfig as Record<string, unknown>
  delete host['Links']
  delete host['ConsoleSize']
  const endpoints = Object.values(
    (NetworkingConfig as { EndpointsConfig?: Record<string, Record<string, unknown>> })?.EndpointsConfig ?? {},
  )
  for (const endpoint of endpoints) {
    delete endpoint['IPAddress']
    endpoint['Links'] = [...new Set(endpoint['Links'] as string[])]
  }
  const ulimits = host['Ulimits'] as { Name: string }[] | null | undefined
  ulimits?.sort((a, b) => (a.Name < b.Name ? -1 : 1))
  const labels = Object.entries(Labels as Record<string, string>).filter(([key]) => !key.startsWith('tsc-compose.'))
  return tidy({ ...rest, HostConfig: host, NetworkingConfig, Labels: Object.fromEntries(labels) }) as typeof rest
}

describe('the body of a container', () => {
  it.each(Object.keys(containers))('is the one that docker compose sends: %s', (name) => {
    expect(comparable({ ...bodies[name] })).toEqual(comparable(containers[name] ?? {}))
  })

  it('carries the config hash of docker compose, with references to services as container ids', () => {
    for (const [name, { Labels }] of Object.entries(containers)) {
      const key = 'com.docker.compose.config-hash'
      expect(`${name} ${bodies[name]?.Labels?.[key]}`).toBe(`${name} ${Labels[key]}`)
    }
  })

  it('gives exposed ports a protocol and writes ranges out', () => {
    expect(Object.keys(bodies['rec-db-1']?.ExposedPorts ?? {})).toEqual([
      '5432/tcp',
      '90/udp',
      '3000/tcp',
      '3001/tcp',
      '3002/tcp',
    ])
  })

  it('puts links on the endpoints of project networks, not into HostConfig', () => {
    expect(bodies['rec-web-1']?.HostConfig?.Links).toBeUndefined()
    expect(bodies['rec-web-1']?.NetworkingConfig?.EndpointsConfig?.['rec_front']?.Links).toEqual([
      'rec-db-1:database',
      'rec-db-1:db-1',
      'rec-db-1:rec-db-1',
      'rec-db-1:db',
      'far:far',
    ])
  })
})

describe('the bodies of networks and volumes', () => {
  it('are those that docker compose sends, config hash and all', () => {
    const ours = Object.fromEntries(Object.values(desired.networks).map(({ name, create }) => [name, tidy(create)]))
    expect(ours).toEqual(tidy(networks))
    const volume = Object.fromEntries(Object.values(desired.volumes).map(({ name, create }) => [name, tidy(create)]))
    expect(volume).toEqual(tidy(volumes))
  })
})
