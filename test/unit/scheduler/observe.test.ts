import { describe, expect, it } from 'vitest'
import type { ContainerSummary } from '../../../src/port/containers.ts'
import { observe } from '../../../src/scheduler/observe.ts'
import { FakeEngine } from '../../support/fake-engine.ts'

const row = (Status: string, State: ContainerSummary['State']): ContainerSummary => ({
  Id: 'c1',
  Names: ['/p-web-2'],
  Image: 'busybox',
  ImageID: 'sha256:1',
  Command: 'sh',
  Created: 5,
  Ports: [],
  Labels: {
    'com.docker.compose.project': 'p',
    'com.docker.compose.service': 'web',
    'com.docker.compose.container-number': '2',
    'com.docker.compose.oneoff': 'False',
  },
  State,
  Status,
  HostConfig: { NetworkMode: 'p_default' },
  NetworkSettings: { Networks: { p_default: { NetworkID: 'n1' } } },
  Mounts: [],
})

const observeRow = async (Status: string, State: ContainerSummary['State']) => {
  const engine = new FakeEngine()
  engine.containers.list = () => Promise.resolve([row(Status, State)])
  return (await observe(engine, { project: 'p' })).containers[0]
}

describe('observe', () => {
  it.each([
    ['Up 5 seconds', 'running', 'none', undefined],
    ['Up 5 seconds (healthy)', 'running', 'healthy', undefined],
    ['Up 5 minutes (unhealthy)', 'running', 'unhealthy', undefined],
    ['Up Less than a second (health: starting)', 'running', 'starting', undefined],
    ['Exited (0) 3 minutes ago', 'exited', 'none', 0],
    ['Exited (137) About an hour ago', 'exited', 'none', 137],
    ['Created', 'created', 'none', undefined],
  ] as const)('reads health and exit code from "%s"', async (status, state, health, exitCode) => {
    const container = await observeRow(status, state)
    expect([container?.health, container?.exitCode]).toEqual([health, exitCode])
  })

  it('reads who a container is from its labels', async () => {
    expect(await observeRow('Created', 'created')).toMatchObject({
      id: 'c1',
      name: 'p-web-2',
      service: 'web',
      number: 2,
      oneOff: false,
      networks: [{ name: 'p_default', id: 'n1' }],
    })
  })

  it('asks for this project only, and for containers alone when that is enough', async () => {
    const engine = new FakeEngine()
    for (const project of ['p', 'q']) {
      const Labels = { 'com.docker.compose.project': project, 'com.docker.compose.service': 'a' }
      await engine.containers.create({ Image: 'busybox', Labels }, { name: `${project}-a-1` })
    }
    engine.clearCalls()
    const { containers } = await observe(engine, { project: 'q', only: 'containers' })
    expect(containers.map(({ name }) => name)).toEqual(['q-a-1'])
    expect(engine.calls).toEqual(['containers.list'])
  })

  it('knows images by every name', async () => {
    const engine = new FakeEngine({ images: ['busybox', 'host:5000/team/app:1.2'] })
    const { images } = await observe(engine, { project: 'p' })
    expect(images['docker.io/library/busybox:latest']).toBe(engine.state.findImage('busybox').id)
    expect(images['host:5000/team/app:1.2']).toBe(engine.state.findImage('host:5000/team/app:1.2').id)
  })

  it('is aborted by its signal', async () => {
    const signal = AbortSignal.abort(new Error('interrupted'))
    await expect(observe(new FakeEngine(), { project: 'p', signal })).rejects.toThrow('interrupted')
  })
})
