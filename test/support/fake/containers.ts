import { AppError } from '../../../src/errors/app-error.ts'
import { defined } from '../../../src/lib/defined.ts'
import type {
  ContainerCreate,
  ContainerInspect,
  ContainersPort,
  ContainerState,
  ContainerSummary,
  MountPoint,
  WaitResult,
} from '../../../src/port/containers.ts'
import { fakeStreams } from './streams.ts'
import { type FakeContainer, type FakeState, matches } from './state.ts'

const NEVER = '0001-01-01T00:00:00Z'

export const fakeContainers = (state: FakeState): ContainersPort => ({
  ...fakeStreams(state),
  async list(query) {
    await state.call('containers.list', '', query.signal)
    return [...state.containers.values()]
      .filter((container) => query.all || container.state.Running)
      .filter((container) => matches(query.filters, facts(container)))
      .map((container) => summary(state, container))
  },
  async create(body, options = {}) {
    await state.call('containers.create', options.name, options.signal)
    const id = state.nextId()
    const name = options.name ?? `fake_${id.slice(0, 6)}`
    if ([...state.containers.values()].some((container) => container.name === name)) {
      throw new AppError('E_CONTAINER_CONFLICT', `The container name "/${name}" is already in use`)
    }
    const image = state.findImage(body.Image ?? '')
    const networks = Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})
    const container: FakeContainer = {
      id,
      name,
      body: structuredClone(body),
      imageId: image.id,
      created: Math.floor(Date.now() / 1000),
      state: { ...STOPPED, Status: 'created' },
      mounts: mountPoints(state, body, image.config.Volumes ?? {}),
      networks: new Map(networks.map((network) => [network, ''])),
      lines: [],
      restarts: 0,
    }
    state.containers.set(id, container)
    state.publishContainer('create', container)
    return { Id: id, Warnings: [] }
  },
  async inspect(id, options = {}) {
    await state.call('containers.inspect', id, options.signal)
    return inspect(state.findContainer(id))
  },
  async start(id, options = {}) {
    await state.call('containers.start', id, options.signal)
    return start(state, state.findContainer(id))
  },
  async stop(id, options = {}) {
    await state.call('containers.stop', id, options.signal)
    const container = state.findContainer(id)
    if (!container.state.Running) return false
    state.publishContainer('kill', container)
    exit(state, container, 0)
    state.publishContainer('stop', container)
    return true
  },
  async restart(id, options = {}) {
    await state.call('containers.restart', id, options.signal)
    const container = state.findContainer(id)
    if (container.state.Running) exit(state, container, 0)
    start(state, container)
    state.publishContainer('restart', container)
  },
  async kill(id, options = {}) {
    await state.call('containers.kill', id, options.signal)
    const container = state.findContainer(id)
    if (!container.state.Running) throw new AppError('E_CONTAINER_CONFLICT', `Container ${id} is not running`)
    state.publishContainer('kill', container)
    exit(state, container, 137)
  },
  async pause(id, options = {}) {
    await state.call('containers.pause', id, options.signal)
    const container = state.findContainer(id)
    container.state = { ...container.state, Status: 'paused', Paused: true }
    state.publishContainer('pause', container)
  },
  async unpause(id, options = {}) {
    await state.call('containers.unpause', id, options.signal)
    const container = state.findContainer(id)
    container.state = { ...container.state, Status: 'running', Paused: false }
    state.publishContainer('unpause', container)
  },
  async rename(id, name, options = {}) {
    await state.call('containers.rename', `${id} ${name}`, options.signal)
    if ([...state.containers.values()].some((container) => container.name === name)) {
      throw new AppError('E_CONTAINER_CONFLICT', `The container name "/${name}" is already in use`)
    }
    const container = state.findContainer(id)
    container.name = name
    state.publishContainer('rename', container)
  },
  async remove(id, options = {}) {
    await state.call('containers.remove', id, options.signal)
    const container = state.findContainer(id)
    if (container.state.Running) {
      if (!options.force) throw new AppError('E_CONTAINER_CONFLICT', `Cannot remove running container ${id}`)
      exit(state, container, 137)
    }
    state.containers.delete(container.id)
    if (options.volumes) removeAnonymous(state, container)
    state.publishContainer('destroy', container)
  },
  async wait(id, options = {}) {
    await state.call('containers.wait', id, options.signal)
    const { condition = 'not-running' } = options
    const container = state.findContainer(id)
    if (condition === 'not-running' && !container.state.Running) return result(container)
    const events = state.subscribe()
    const stop = (): void => events.close()
    options.signal?.addEventListener('abort', stop, { once: true })
    try {
      for await (const event of events) {
        const ended = event.Action === (condition === 'removed' ? 'destroy' : 'die')
        if (ended && event.Actor.ID === container.id) return result(container)
      }
      throw options.signal?.reason ?? new Error('the fake engine was closed')
    } finally {
      state.subscribers.delete(events)
      options.signal?.removeEventListener('abort', stop)
    }
  },
})

const result = (container: FakeContainer): WaitResult => ({ StatusCode: container.state.ExitCode, Error: null })

const STOPPED: ContainerState = {
  Status: 'exited',
  Running: false,
  Paused: false,
  Restarting: false,
  OOMKilled: false,
  Dead: false,
  Pid: 0,
  ExitCode: 0,
  Error: '',
  StartedAt: NEVER,
  FinishedAt: NEVER,
}

const start = (state: FakeState, container: FakeContainer): boolean => {
  if (container.state.Running) return false
  for (const name of container.networks.keys()) container.networks.set(name, state.findNetwork(name).Id)
  const test = container.body.Healthcheck?.Test ?? []
  const hasHealth = test.length > 0 && test[0] !== 'NONE'
  container.state = defined({
    ...STOPPED,
    Status: 'running' as const,
    Running: true,
    Pid: 4242,
    StartedAt: new Date().toISOString(),
    Health: hasHealth ? { Status: 'starting' as const, FailingStreak: 0, Log: [] } : undefined,
  })
  state.publishContainer('start', container)
  const behaviour = state.options.behaviours?.[container.body.Labels?.['com.docker.compose.service'] ?? ''] ?? 'run'
  if (behaviour !== 'run') setImmediate(() => exit(state, container, behaviour.exitCode))
  else if (hasHealth && state.options.health !== 'manual') setImmediate(() => setHealth(state, container, 'healthy'))
  return true
}

/** The process of a container ends. */
export const exit = (state: FakeState, container: FakeContainer, exitCode: number): void => {
  if (!container.state.Running) return
  container.state = {
    ...STOPPED,
    ExitCode: exitCode,
    StartedAt: container.state.StartedAt,
    FinishedAt: new Date().toISOString(),
  }
  state.publishContainer('die', container, { exitCode: String(exitCode) })
}

export const setHealth = (state: FakeState, container: FakeContainer, status: 'healthy' | 'unhealthy'): void => {
  if (!container.state.Running) return
  container.state = { ...container.state, Health: { Status: status, FailingStreak: 0, Log: [] } }
  state.publishContainer(`health_status: ${status}`, container)
}

const removeAnonymous = (state: FakeState, container: FakeContainer): void => {
  const used = new Set([...state.containers.values()].flatMap(({ mounts }) => mounts.map((mount) => mount.Name)))
  for (const { Name } of container.mounts) {
    if (Name !== undefined && /^[0-9a-f]{64}$/.test(Name) && !used.has(Name)) state.volumes.delete(Name)
  }
}

const volumePoint = (state: FakeState, name: string, destination: string, RW: boolean): MountPoint => {
  const Name = name === '' ? state.nextId() : name
  if (!state.volumes.has(Name)) {
    const volume = { Name, Driver: 'local', Mountpoint: `/fake/${Name}`, CreatedAt: NEVER, Labels: null, Options: null }
    state.volumes.set(Name, { ...volume, Scope: 'local' })
  }
  const Source = `/fake/${Name}`
  return { Type: 'volume', Name, Source, Destination: destination, Mode: '', RW, Propagation: '' }
}

const bindPoint = (Source: string, Destination: string, RW: boolean): MountPoint => ({
  Type: 'bind',
  Source,
  Destination,
  Mode: '',
  RW,
  Propagation: 'rprivate',
})

/** By target; a volume of the image gives way to all else. */
const mountPoints = (state: FakeState, body: ContainerCreate, declared: Record<string, object>): MountPoint[] => {
  const points = new Map<string, MountPoint>()
  for (const text of body.HostConfig?.VolumesFrom ?? []) {
    const [source = '', mode] = text.split(':')
    for (const point of state.findContainer(source).mounts) {
      points.set(point.Destination, { ...point, RW: point.RW && mode !== 'ro' })
    }
  }
  for (const text of body.HostConfig?.Binds ?? []) {
    const [source = '', target = '', options = 'rw'] = text.split(':')
    const writable = !options.split(',').includes('ro')
    const point = source.startsWith('/') ? bindPoint(source, target, writable) : undefined
    points.set(target, point ?? volumePoint(state, source, target, writable))
  }
  for (const { Type, Source = '', Target, ReadOnly } of body.HostConfig?.Mounts ?? []) {
    if (Type === 'bind') points.set(Target, bindPoint(Source, Target, !ReadOnly))
    if (Type === 'volume') points.set(Target, volumePoint(state, Source, Target, !ReadOnly))
  }
  for (const target of Object.keys(declared)) {
    if (!points.has(target)) points.set(target, volumePoint(state, '', target, true))
  }
  return [...points.values()]
}

const facts = (container: FakeContainer) => ({
  labels: container.body.Labels ?? {},
  fields: { status: container.state.Status, name: container.name, id: container.id },
})

const statusText = ({ Status, Health, ExitCode }: ContainerState): string => {
  if (Status === 'exited') return `Exited (${ExitCode}) 1 second ago`
  if (Status === 'created') return 'Created'
  const health = Health?.Status === 'starting' ? 'health: starting' : Health?.Status
  const suffix = Status === 'paused' ? ' (Paused)' : ''
  return `Up 1 second${health === undefined ? suffix : ` (${health})${suffix}`}`
}

const endpoints = (container: FakeContainer): ContainerInspect['NetworkSettings']['Networks'] =>
  Object.fromEntries(
    [...container.networks].map(([name, NetworkID]) => [
      name,
      { ...container.body.NetworkingConfig?.EndpointsConfig?.[name], NetworkID, IPAddress: '10.0.0.2' },
    ]),
  )

const summary = (state: FakeState, container: FakeContainer): ContainerSummary => ({
  Id: container.id,
  Names: [`/${container.name}`],
  Image: container.body.Image ?? '',
  ImageID: container.imageId,
  Command: (container.body.Cmd ?? state.findImage(container.imageId).config.Cmd ?? []).join(' '),
  Created: container.created,
  Ports: Object.entries(container.body.HostConfig?.PortBindings ?? {}).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => ({
      IP: HostIp === '' ? '0.0.0.0' : HostIp,
      PrivatePort: Number.parseInt(port, 10),
      PublicPort: Number(HostPort),
      Type: port.split('/')[1] ?? 'tcp',
    })),
  ),
  Labels: container.body.Labels ?? {},
  State: container.state.Status,
  Status: statusText(container.state),
  HostConfig: { NetworkMode: container.body.HostConfig?.NetworkMode ?? 'default' },
  NetworkSettings: { Networks: endpoints(container) },
  Mounts: container.mounts,
})

const inspect = (container: FakeContainer): ContainerInspect => {
  const { HostConfig = {}, NetworkingConfig: _, ...Config } = container.body
  return {
    Id: container.id,
    Created: new Date(container.created * 1000).toISOString(),
    Path: Config.Cmd?.[0] ?? '',
    Args: Config.Cmd?.slice(1) ?? [],
    State: container.state,
    Image: container.imageId,
    ResolvConfPath: '',
    HostnamePath: '',
    HostsPath: '',
    LogPath: '',
    Name: `/${container.name}`,
    RestartCount: container.restarts,
    Driver: 'fake',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig,
    GraphDriver: { Name: 'fake', Data: null },
    Mounts: container.mounts,
    Config,
    NetworkSettings: {
      Bridge: '',
      SandboxID: '',
      SandboxKey: '',
      Ports: HostConfig.PortBindings ?? {},
      Networks: endpoints(container),
      Gateway: '',
      IPAddress: '',
      IPPrefixLen: 0,
      MacAddress: '',
    },
  }
}
