import { randomBytes } from 'node:crypto'
import { AppError } from '../../../src/errors/app-error.ts'
import { orAborted } from '../../../src/lib/wait.ts'
import type {
  ContainerCreate,
  ContainerSummary,
  ContainersPort,
  EndpointSettings,
  MountPoint,
} from '../../../src/port/containers.ts'
import type { EventLog } from './event-log.ts'
import { filterMatches, labelMatches } from './filter-matches.ts'
import { ProcessContainer, conflict } from './process-container.ts'
import { processExecs } from './process-execs.ts'

export interface ProcessContainers extends ContainersPort {
  readonly all: () => Iterable<ProcessContainer>
  readonly find: (reference: string) => ProcessContainer
}

export interface ContainersNeed {
  readonly events: EventLog
  /** @throws E_IMAGE_NOT_FOUND */
  readonly imageId: (reference: string) => string
  /** Makes a volume unless it is there, and answers its folder. */
  readonly volume: (name: string) => string
  /** Undefined when there is no such network. */
  readonly networkId: (name: string) => string | undefined
}

export const processContainers = (need: ContainersNeed): ProcessContainers => {
  const containers = new Map<string, ProcessContainer>()
  const find = (reference: string): ProcessContainer => {
    const all = [...containers.values()]
    const found =
      containers.get(reference) ??
      all.find(({ name }) => name === reference.replace(/^\//, '')) ??
      all.find(({ id }) => reference !== '' && id.startsWith(reference))
    if (found) return found
    throw new AppError('E_CONTAINER_NOT_FOUND', `No such container: ${reference}`)
  }
  const freeName = (name: string): string => {
    const holder = [...containers.values()].find((other) => other.name === name)
    if (!holder) return name
    throw conflict(
      `Conflict. The container name "/${name}" is already in use by container "${holder.id}". ` +
        'You have to remove (or rename) that container to be able to reuse that name.',
    )
  }
  const drop = (container: ProcessContainer): void => {
    containers.delete(container.id)
    need.events.emit('container', 'destroy', container.id, { name: container.name })
    container.removed.resolve()
  }

  return {
    ...processExecs({ find, events: need.events }),
    all: () => containers.values(),
    find,
    list: async ({ all, limit, filters }) => {
      const rows = [...containers.values()].reverse()
      const shown = rows.filter((row) => (all || filters?.['status'] || row.state.Running) && matches(row, filters))
      return shown.slice(0, limit ?? shown.length).map(summary)
    },
    create: async (body, { name } = {}) => {
      const imageId = need.imageId(body.Image ?? '')
      const id = randomBytes(32).toString('hex')
      const container = new ProcessContainer({
        id,
        name: freeName(name ?? `quick_${id.slice(0, 6)}`),
        body,
        imageId,
        networks: endpoints(body, need.networkId),
        mounts: (body.HostConfig?.Binds ?? []).map((bind) => mountPoint(bind, need.volume)),
        emit: (action, attributes) =>
          need.events.emit('container', action, id, {
            ...body.Labels,
            image: body.Image ?? '',
            name: container.name,
            ...attributes,
          }),
      })
      containers.set(id, container)
      need.events.emit('container', 'create', id, { ...body.Labels, image: body.Image ?? '', name: container.name })
      return { Id: id, Warnings: [] }
    },
    inspect: async (id) => find(id).inspect(),
    start: async (id) => {
      const container = find(id)
      if (container.state.Paused) throw conflict('cannot start a paused container, try unpause instead')
      if (container.body.HostConfig?.AutoRemove) void container.nextExit().then(() => drop(container))
      return container.start()
    },
    stop: async (id, { timeout, stopSignal } = {}) => {
      const container = find(id)
      return container.stop(timeout ?? 10, stopSignal ?? container.body.StopSignal ?? 'SIGTERM')
    },
    restart: async (id, { timeout, stopSignal } = {}) => {
      const container = find(id)
      await container.stop(timeout ?? 10, stopSignal ?? container.body.StopSignal ?? 'SIGTERM')
      container.start()
    },
    kill: async (id, { killSignal } = {}) => find(id).kill(killSignal ?? 'SIGKILL'),
    pause: async (id) => find(id).pause(),
    unpause: async (id) => find(id).unpause(),
    rename: async (id, name) => {
      find(id).name = freeName(name)
    },
    remove: async (id, { force } = {}) => {
      const container = find(id)
      if (container.state.Running) {
        if (!force) {
          throw conflict(
            `You cannot remove a running container ${container.id}. ` +
              'Stop the container before attempting removal or force remove',
          )
        }
        await container.stop(0, 'SIGKILL')
      }
      drop(container)
    },
    wait: async (id, { condition = 'not-running', signal } = {}) => {
      const container = find(id)
      if (condition === 'removed') await orAborted(container.removed.promise, signal)
      else if (condition === 'next-exit' || container.state.Running) await orAborted(container.nextExit(), signal)
      return { StatusCode: container.state.ExitCode, Error: null }
    },
    logs: async (id, options) => {
      const container = find(id)
      return { tty: container.body.Tty ?? false, chunks: container.log.read(options, container.state.Running) }
    },
    attach: async (id, options) => find(id).attach(options),
    resize: async (id) => {
      const { state } = find(id)
      if (!state.Running) throw conflict(`Container ${id} is not running`)
    },
  }
}

const endpoints = (
  body: ContainerCreate,
  networkId: (name: string) => string | undefined,
): Record<string, EndpointSettings> =>
  Object.fromEntries(
    Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {}).map(([name, settings]) => [
      name,
      { ...settings, NetworkID: networkId(name) ?? '' },
    ]),
  )

const mountPoint = (bind: string, volume: (name: string) => string): MountPoint => {
  const [source = '', destination = '', mode = ''] = bind.split(':')
  const common = { Destination: destination, Mode: mode, RW: mode !== 'ro', Propagation: '' }
  if (source.startsWith('/')) return { Type: 'bind', Source: source, ...common }
  return { Type: 'volume', Name: source, Source: volume(source), Driver: 'local', ...common }
}

const matches = (container: ProcessContainer, filters: Parameters<typeof filterMatches>[0]): boolean =>
  filterMatches(filters, {
    id: (value) => container.id.startsWith(value),
    label: labelMatches(container.body.Labels),
    name: (value) => new RegExp(value).test(`/${container.name}`),
    status: (value) => container.state.Status === value,
  })

const summary = (container: ProcessContainer): ContainerSummary => ({
  Id: container.id,
  Names: [`/${container.name}`],
  Image: container.body.Image ?? '',
  ImageID: container.imageId,
  Command: (container.body.Cmd ?? []).join(' '),
  Created: Math.floor(container.created.getTime() / 1000),
  Ports: [],
  Labels: container.body.Labels ?? {},
  State: container.state.Status,
  Status: container.state.Running ? 'Up 1 second' : 'Created',
  HostConfig: { NetworkMode: container.body.HostConfig?.NetworkMode ?? 'default' },
  NetworkSettings: { Networks: container.networks },
  Mounts: container.mounts,
})
