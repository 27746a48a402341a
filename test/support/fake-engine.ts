import { AppError } from '../../src/errors/app-error.ts'
import type { ProgressMessage } from '../../src/port/common.ts'
import type { ContainersPort } from '../../src/port/containers.ts'
import type { EnginePort } from '../../src/port/engine-port.ts'
import type { BuilderPort, ImagesPort } from '../../src/port/images.ts'
import type { NetworksPort } from '../../src/port/networks.ts'
import type { EventsPort, SystemPort } from '../../src/port/system.ts'
import type { VolumesPort } from '../../src/port/volumes.ts'
import { canonicalName, familiarName, imageRef } from '../../src/spec/image-ref.ts'
import { exit, fakeContainers, setHealth } from './fake/containers.ts'
import { type FakeContainer, type FakeOptions, FakeState, matches } from './fake/state.ts'

/**
 * The Engine port in memory. Containers do nothing but have a state; a test sets health and exits, makes calls fail,
 * and reads what was called.
 */
export class FakeEngine implements EnginePort {
  readonly state: FakeState
  readonly containers: ContainersPort
  readonly images: ImagesPort
  readonly builder: BuilderPort
  readonly networks: NetworksPort
  readonly volumes: VolumesPort
  readonly events: EventsPort
  readonly system: SystemPort

  constructor(options: FakeOptions = {}) {
    this.state = new FakeState(options)
    this.containers = fakeContainers(this.state)
    this.images = fakeImages(this.state)
    this.builder = fakeBuilder(this.state)
    this.networks = fakeNetworks(this.state)
    this.volumes = fakeVolumes(this.state)
    this.events = fakeEvents(this.state)
    this.system = fakeSystem(this.state)
  }

  /** Every call so far, `containers.start p-web-1`. */
  get calls(): readonly string[] {
    return this.state.calls
  }

  clearCalls(): void {
    this.state.calls.length = 0
  }

  /** Calls that match are rejected from now on; of several rules the last one set counts. */
  failOn(pattern: RegExp, error: Error = new AppError('E_CONTAINER_CONFLICT', 'The fake engine refuses')): void {
    this.state.intercept = (call) => (pattern.test(call) ? error : undefined)
  }

  container(name: string): FakeContainer {
    return this.state.findContainer(name)
  }

  /** `p-web-1 running`, sorted. */
  summary(): string[] {
    return [...this.state.containers.values()].map(({ name, state }) => `${name} ${state.Status}`).sort()
  }

  exit(name: string, exitCode: number): void {
    exit(this.state, this.container(name), exitCode)
  }

  setHealth(name: string, status: 'healthy' | 'unhealthy'): void {
    setHealth(this.state, this.container(name), status)
  }

  /** Writes a line to a container's log; followers get it at once. */
  log(name: string, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    const container = this.container(name)
    container.lines.push({ stream, text, at: Date.now() })
    this.state.publishContainer('fake: output', container)
  }
}

const fakeImages = (state: FakeState): ImagesPort => ({
  async list(query = {}) {
    await state.call('images.list', '', query.signal)
    const ids = [...new Set([...state.images.values()].map(({ id }) => id))]
    return ids.map((Id) => ({
      Id,
      ParentId: '',
      RepoTags: [...state.images].filter(([, { id }]) => id === Id).map(([name]) => familiarName(imageRef(name))),
      RepoDigests: [],
      Created: 1_700_000_000,
      Size: 0,
      SharedSize: -1,
      Labels: null,
      Containers: -1,
    }))
  },
  async inspect(reference, options = {}) {
    await state.call('images.inspect', reference, options.signal)
    const image = state.findImage(reference)
    return {
      Id: image.id,
      RepoTags: [],
      RepoDigests: [],
      Parent: '',
      Comment: '',
      Created: new Date(image.created * 1000).toISOString(),
      Author: '',
      Config: image.config,
      Architecture: 'amd64',
      Os: 'linux',
      Size: 0,
      GraphDriver: { Name: 'fake', Data: null },
      RootFS: { Type: 'layers', Layers: [] },
      Metadata: { LastTagTime: '' },
    }
  },
  async history(reference, options = {}) {
    await state.call('images.history', reference, options.signal)
    return []
  },
  async *pull(reference, options = {}) {
    await state.call('images.pull', reference, options.signal)
    yield { status: 'Pulling from fake', id: 'latest' }
    state.addImage(reference)
    yield { status: `Status: Downloaded newer image for ${reference}` }
  },
  async *import(archive, options): AsyncGenerator<ProgressMessage> {
    await state.call('images.import', options.reference, options.signal)
    for await (const _ of archive) void _
    yield { status: state.addImage(options.reference ?? 'imported') }
  },
  async *bootstrap(name, options = {}): AsyncGenerator<ProgressMessage> {
    await state.call('images.bootstrap', name, options.signal)
    yield { status: state.addImage(name) }
  },
  async tag(reference, target, options = {}) {
    await state.call('images.tag', `${reference} ${target}`, options.signal)
    state.images.set(canonicalName(imageRef(target)), state.findImage(reference))
  },
  async remove(reference, options = {}) {
    await state.call('images.remove', reference, options.signal)
    const image = state.findImage(reference)
    for (const [name, { id }] of state.images) if (id === image.id) state.images.delete(name)
    return [{ Untagged: reference }, { Deleted: image.id }]
  },
})

const fakeBuilder = (state: FakeState): BuilderPort => ({
  async *build(context, options) {
    await state.call('builder.build', options.tags?.join(' '), options.signal)
    for await (const _ of context) void _
    yield { stream: 'Step 1/1 : FROM busybox\n' }
    for (const tag of options.tags ?? []) yield { aux: { ID: state.addImage(tag) } }
  },
})

const fakeNetworks = (state: FakeState): NetworksPort => ({
  async list(query = {}) {
    await state.call('networks.list', '', query.signal)
    return [...state.networks.values()].filter(({ Labels }) => matches(query.filters, { labels: Labels }))
  },
  async create(body, options = {}) {
    await state.call('networks.create', body.Name, options.signal)
    const Id = state.nextId()
    state.networks.set(Id, {
      Name: body.Name,
      Id,
      Created: new Date().toISOString(),
      Scope: 'local',
      Driver: body.Driver ?? 'bridge',
      EnableIPv6: body.EnableIPv6 ?? false,
      IPAM: { Driver: 'default', Options: null, Config: body.IPAM?.Config ?? [] },
      Internal: body.Internal ?? false,
      Attachable: body.Attachable ?? false,
      Ingress: false,
      ConfigFrom: { Network: '' },
      ConfigOnly: false,
      Containers: {},
      Options: body.Options ?? {},
      Labels: body.Labels ?? {},
    })
    state.publish('network', 'create', Id, { name: body.Name })
    return { Id, Warning: '' }
  },
  async inspect(reference, options = {}) {
    await state.call('networks.inspect', reference, options.signal)
    return state.findNetwork(reference)
  },
  async remove(reference, options = {}) {
    await state.call('networks.remove', reference, options.signal)
    const { Id, Name } = state.findNetwork(reference)
    const users = [...state.containers.values()].filter(({ networks, state }) => networks.has(Name) && state.Running)
    if (users.length > 0) {
      throw new AppError('E_CONTAINER_CONFLICT', `network ${Name} has active endpoints`, { httpStatus: 403 })
    }
    state.networks.delete(Id)
    state.publish('network', 'destroy', Id, { name: Name })
  },
  async connect(reference, body, options = {}) {
    await state.call('networks.connect', reference, options.signal)
    const { Id, Name } = state.findNetwork(reference)
    state.findContainer(body.Container).networks.set(Name, Id)
  },
  async disconnect(reference, body, options = {}) {
    await state.call('networks.disconnect', reference, options.signal)
    state.findContainer(body.Container).networks.delete(state.findNetwork(reference).Name)
  },
})

const fakeVolumes = (state: FakeState): VolumesPort => ({
  async list(query = {}) {
    await state.call('volumes.list', '', query.signal)
    const Volumes = [...state.volumes.values()].filter(({ Labels }) => matches(query.filters, { labels: Labels }))
    return { Volumes, Warnings: [] }
  },
  async create(body, options = {}) {
    await state.call('volumes.create', body.Name, options.signal)
    const Name = body.Name ?? state.nextId()
    const volume = state.volumes.get(Name) ?? {
      Name,
      Driver: body.Driver ?? 'local',
      Mountpoint: `/fake/${Name}`,
      CreatedAt: new Date().toISOString(),
      Labels: body.Labels ?? {},
      Options: body.DriverOpts ?? null,
      Scope: 'local',
    }
    state.volumes.set(Name, volume)
    return volume
  },
  async inspect(name, options = {}) {
    await state.call('volumes.inspect', name, options.signal)
    const volume = state.volumes.get(name)
    if (!volume) throw new AppError('E_VOLUME_NOT_FOUND', `get ${name}: no such volume`)
    return volume
  },
  async remove(name, options = {}) {
    await state.call('volumes.remove', name, options.signal)
    if (!state.volumes.has(name)) throw new AppError('E_VOLUME_NOT_FOUND', `get ${name}: no such volume`)
    const users = [...state.containers.values()].filter(({ mounts }) => mounts.some((mount) => mount.Name === name))
    if (users.length > 0) throw new AppError('E_CONTAINER_CONFLICT', `remove ${name}: volume is in use`)
    state.volumes.delete(name)
  },
})

const fakeEvents = (state: FakeState): EventsPort => ({
  async *subscribe(query = {}) {
    const events = state.subscribe()
    const stop = (): void => events.close()
    query.signal?.addEventListener('abort', stop, { once: true })
    state.calls.push('events.subscribe')
    try {
      const since = query.since
      if (since !== undefined)
        yield* state.events.filter((event) => event.timeNano / 1e9 >= since).filter(accepts(query))
      for await (const event of events) if (accepts(query)(event)) yield event
      query.signal?.throwIfAborted()
    } finally {
      state.subscribers.delete(events)
      query.signal?.removeEventListener('abort', stop)
    }
  },
})

type Query = NonNullable<Parameters<EventsPort['subscribe']>[0]>

const accepts =
  ({ filters }: Query) =>
  ({ Type, Action, Actor }: FakeState['events'][number]): boolean =>
    Action !== 'fake: output' &&
    matches(filters, { labels: Actor.Attributes, fields: { type: Type, event: Action, container: Actor.ID } })

const fakeSystem = (state: FakeState): SystemPort => ({
  async ping(options = {}) {
    await state.call('system.ping', '', options.signal)
    return { apiVersion: '1.45', osType: 'linux' }
  },
  async version(options = {}) {
    await state.call('system.version', '', options.signal)
    return {
      Version: '0.0.0',
      ApiVersion: '1.45',
      MinAPIVersion: '1.24',
      GitCommit: '',
      GoVersion: '',
      Os: 'linux',
      Arch: 'amd64',
      KernelVersion: '',
      BuildTime: '',
      Platform: { Name: 'fake' },
      Components: [],
    }
  },
  async info(options = {}) {
    await state.call('system.info', '', options.signal)
    return {
      ID: 'fake',
      Containers: state.containers.size,
      ContainersRunning: [...state.containers.values()].filter(({ state }) => state.Running).length,
      ContainersPaused: 0,
      ContainersStopped: 0,
      Images: state.images.size,
      Driver: 'fake',
      DockerRootDir: '/fake',
      ServerVersion: '0.0.0',
      CgroupVersion: '2',
      DefaultRuntime: 'fake',
      NCPU: 2,
      MemTotal: 0,
      Warnings: null,
    }
  },
})
