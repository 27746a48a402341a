import { describe, expect, it } from 'vitest'
import { completeHostConfig, mergeConfig } from '../../../../src/engine/container/merge-config.ts'
import type { ContainerConfig, ContainerCreate } from '../../../../src/port/containers.ts'

const IMAGE: ContainerConfig = {
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  Env: ['PATH=/bin', 'A=image', 'B=image'],
  Labels: { a: 'image', b: 'image' },
  User: 'app',
  WorkingDir: '/srv',
  StopSignal: 'SIGQUIT',
  ExposedPorts: { '80/tcp': {} },
  Healthcheck: { Test: ['CMD', 'check'], Interval: 5, Retries: 7 },
}
const merge = (request: ContainerCreate, image = IMAGE) => mergeConfig(request, image)

describe('entrypoint and command', () => {
  it.each<[string, ContainerCreate, string[] | null, string[] | null]>([
    ['both of the image', {}, ['/entry'], ['serve']],
    ['an own command', { Cmd: ['other'] }, ['/entry'], ['other']],
    ['an own entrypoint drops the command', { Entrypoint: ['/own'] }, ['/own'], null],
    ['both own', { Entrypoint: ['/own'], Cmd: ['x'] }, ['/own'], ['x']],
    ['[] drops the entrypoint alone', { Entrypoint: [] }, null, ['serve']],
    ["[''] drops both", { Entrypoint: [''] }, null, null],
    ["[''] with a command", { Entrypoint: [''], Cmd: ['x'] }, null, ['x']],
    ['null is the image again', { Entrypoint: null, Cmd: null }, ['/entry'], ['serve']],
    ['an empty command is the image again', { Cmd: [] }, ['/entry'], ['serve']],
  ])('%s', (_, request, Entrypoint, Cmd) => {
    expect(merge(request)).toMatchObject({ Entrypoint, Cmd })
  })
})

describe('environment', () => {
  it('own variables come first, those of the image where there is none of that name', () => {
    expect(merge({ Env: ['B=own', 'C=own'] }).Env).toEqual(['B=own', 'C=own', 'PATH=/bin', 'A=image'])
  })

  it('a name alone takes the variable away', () => {
    expect(merge({ Env: ['A'] }).Env).toEqual(['PATH=/bin', 'B=image'])
  })

  it('there is always a PATH', () => {
    expect(merge({}, {}).Env).toEqual(['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'])
  })
})

describe('health check', () => {
  it.each<[string, ContainerCreate, object | undefined]>([
    ['of the image', {}, { Test: ['CMD', 'check'], Interval: 5, Retries: 7 }],
    [
      'its times changed',
      { Healthcheck: { Interval: 9 } },
      { Test: ['CMD', 'check'], Interval: 9, Retries: 7, Timeout: 0 },
    ],
    ['an empty test inherits', { Healthcheck: { Test: [] } }, { Test: ['CMD', 'check'], Interval: 5 }],
    ['off', { Healthcheck: { Test: ['NONE'] } }, { Test: ['NONE'] }],
  ])('%s', (_, request, expected) => expect(merge(request).Healthcheck).toMatchObject(expected ?? {}))

  it('of neither is none', () => expect(merge({}, {})).not.toHaveProperty('Healthcheck'))
})

it('other fields are the own ones, or those of the image', () => {
  expect(merge({ Labels: { a: 'own' }, ExposedPorts: { '81/tcp': {} }, User: '0', StopTimeout: 3 })).toMatchObject({
    Labels: { a: 'own', b: 'image' },
    ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
    User: '0',
    WorkingDir: '/srv',
    StopSignal: 'SIGQUIT',
    StopTimeout: 3,
  })
})

it('a host configuration has defaults', () => {
  expect(completeHostConfig({ NetworkMode: 'default', Memory: 5 })).toMatchObject({
    NetworkMode: 'bridge',
    Memory: 5,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    LogConfig: { Type: 'json-file', Config: {} },
    IpcMode: 'private',
    ShmSize: 67_108_864,
  })
})
