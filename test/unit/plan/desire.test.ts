import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { containerBody } from '../../../src/plan/container-body.ts'
import { diff } from '../../../src/plan/diff.ts'
import { upPolicy } from '../../../src/plan/policy.ts'
import type { ContainerCreate } from '../../../src/port/containers.ts'
import { nothing } from '../../support/apply-plan.ts'
import { type ProjectOptions, desiredOf } from '../../support/project.ts'

const desireOne = (service: ServiceModel, options: ProjectOptions = {}) => {
  const desired = desiredOf({ it: service }, options)
  return { desired, template: desired.services['it']?.template, service: desired.services['it'] }
}

const bodiesOf = (
  services: Readonly<Record<string, ServiceModel>>,
  options: ProjectOptions = {},
): Record<string, ContainerCreate> => {
  const plan = diff(desiredOf(services, options), nothing(), upPolicy())
  return Object.fromEntries(
    plan.steps.flatMap(({ action }) =>
      action.kind === 'container.create'
        ? [
            [
              action.name,
              containerBody('p', action, {
                imageId: 'sha256:1',
                imageVolumes: [],
                idOf: ({ name }) => `id of ${name}`,
                pathOf: ({ name }) => `/files/${name}`,
              }),
            ],
          ]
        : [],
    ),
  )
}

describe('desire', () => {
  it('asks the engine to restart an unhealthy container by a label', () => {
    const { template } = desireOne({ 'x-on-unhealthy': 'restart' })
    expect(template?.Labels?.['tsc-compose.on-unhealthy']).toBe('restart')
  })

  it.each([
    [{ restart: 'on-failure:3' }, { Name: 'on-failure', MaximumRetryCount: 3 }],
    [{ restart: 'always' }, { Name: 'always', MaximumRetryCount: 0 }],
    [
      { restart: 'always', deploy: { restart_policy: { condition: 'on-failure', max_attempts: 5 } } },
      { Name: 'on-failure', MaximumRetryCount: 5 },
    ],
    [{ deploy: { restart_policy: {} } }, { Name: 'always', MaximumRetryCount: 0 }],
    [{ deploy: { restart_policy: { condition: 'none' } } }, { Name: 'no', MaximumRetryCount: 0 }],
    [{}, undefined],
  ] satisfies [ServiceModel, unknown][])('reads the restart policy of %j', (service, policy) => {
    expect(desireOne(service).template?.HostConfig?.RestartPolicy).toEqual(policy)
  })

  it('takes the scale from the command line, then scale, then deploy.replicas', () => {
    expect(desireOne({ deploy: { replicas: 4 } }).service?.scale).toBe(4)
    expect(desireOne({ scale: 2 }).service?.scale).toBe(2)
    expect(desireOne({ scale: 0 }).service?.scale).toBe(0)
  })

  it('names the image of a service that is only built after project and service', () => {
    expect(desireOne({ build: { context: '/c' } }).service?.image).toBe('p-it')
  })

  it('warns of a pull policy that looks at the age of an image', () => {
    const where = { file: 'compose.yml', line: 3, column: 5 }
    const { desired } = desireOne({ pull_policy: 'daily' }, { where: () => where })
    expect(desired.diagnostics).toMatchObject([{ severity: 'warning', code: 'E_PLAN_IGNORED', where }])
  })

  it.each([
    [{ links: ['a'], network_mode: 'host' }, 'In service "it", links have no effect with network_mode "host"'],
    [
      { deploy: { restart_policy: { condition: 'any', max_attempts: 3 } } },
      'In service "it", max_attempts has no effect with condition "any": only failures are counted',
    ],
    [{ links: ['a'], network_mode: 'bridge' }, undefined],
    [{ deploy: { restart_policy: { condition: 'on-failure', max_attempts: 3 } } }, undefined],
  ] satisfies [ServiceModel, string | undefined][])('says what has no effect of %j', (service, message) => {
    expect(desireOne(service).desired.diagnostics.map((found) => found.message)).toEqual(message ? [message] : [])
  })

  it('puts the network of highest priority first', () => {
    const networks = { a: { name: 'p_a' }, b: { name: 'p_b' }, c: { name: 'p_c' } }
    const { template, service } = desireOne({ networks: { a: null, b: { priority: 1000 }, c: null } }, { networks })
    expect(service?.endpoints.map(({ name }) => name)).toEqual(['p_b', 'p_a', 'p_c'])
    expect(template?.HostConfig?.NetworkMode).toBe('p_b')
  })
})

describe('configs and secrets', () => {
  const options: ProjectOptions = {
    configs: { page: { name: 'p_page', content: 'hello' }, file: { name: 'p_file', file: '/project/f' } },
    secrets: { key: { name: 'p_key', environment: 'KEY' } },
    environment: { KEY: 'swordfish' },
  }
  const service: ServiceModel = {
    configs: [{ source: 'page', target: '/www/index.html', mode: '0400', uid: '5' }, { source: 'file' }],
    secrets: [{ source: 'key' }],
  }

  it('are mounted read-only, those given as text from files that are written first', () => {
    expect(bodiesOf({ it: service }, options)['p-it-1']?.HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/project/f', Target: '/file', ReadOnly: true },
      { Type: 'bind', Source: '/files/configs/page', Target: '/www/index.html', ReadOnly: true },
      { Type: 'bind', Source: '/files/secrets/key', Target: '/run/secrets/key', ReadOnly: true },
    ])
    expect(desireOne(service, options).service?.files.map(({ material }) => material)).toEqual([
      { name: 'configs/page', text: 'hello', mode: 0o400, uid: 5 },
      { name: 'secrets/key', text: 'swordfish', mode: 0o444 },
    ])
  })

  it('keep their text out of labels', () => {
    const { template } = desireOne(service, options)
    expect(JSON.stringify(template)).not.toContain('swordfish')
  })

  it('are an error when their variable is not set, a warning when their mode has no effect', () => {
    const missing = desireOne({ secrets: [{ source: 'key' }] }, { ...options, environment: {} }).desired
    expect(missing.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'error: Cannot give secrets.key to service "it": variable "KEY" is not set',
    ])
    const ignored = desireOne({ configs: [{ source: 'file', mode: '0400' }] }, options).desired
    expect(ignored.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'E_PLAN_IGNORED']])
  })
})

describe('links', () => {
  it('name every container of the linked service under three aliases', () => {
    const bodies = bodiesOf({ db: { scale: 2 }, web: { links: ['db:database'] } })
    expect(bodies['p-web-1']?.NetworkingConfig?.EndpointsConfig?.['p_default']?.Links).toEqual([
      'p-db-1:database',
      'p-db-1:db-1',
      'p-db-1:p-db-1',
      'p-db-2:database',
      'p-db-2:db-2',
      'p-db-2:p-db-2',
    ])
  })

  it('go into HostConfig on the default bridge', () => {
    const bodies = bodiesOf({ db: { network_mode: 'bridge' }, web: { network_mode: 'bridge', links: ['db'] } })
    expect(bodies['p-web-1']?.HostConfig?.Links).toEqual(['p-db-1:db', 'p-db-1:db-1', 'p-db-1:p-db-1'])
    expect(bodies['p-web-1']?.NetworkingConfig).toBeUndefined()
  })
})

describe('references to other containers', () => {
  it('become ids, and keep read-only', () => {
    const bodies = bodiesOf({
      a: {},
      b: { network_mode: 'service:a', ipc: 'service:a', pid: 'service:a', volumes_from: ['a:ro', 'container:x:rw'] },
    })
    expect(bodies['p-b-1']?.HostConfig).toMatchObject({
      NetworkMode: 'container:id of p-a-1',
      IpcMode: 'container:id of p-a-1',
      PidMode: 'container:id of p-a-1',
      VolumesFrom: ['id of p-a-1:ro', 'x'],
    })
  })
})
