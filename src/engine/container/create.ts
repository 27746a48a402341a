import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { AppError } from '../../errors/app-error.ts'
import { Scope } from '../../lib/scope.ts'
import type {
  ContainerCreate,
  EndpointSettings,
  HostConfig,
  MountPoint,
  NetworkSettings,
} from '../../port/containers.ts'
import { checkHostConfig } from '../runtime/oci-spec.ts'
import { containerFolder, emitContainer, type ContainerContext } from './context.ts'
import { copyUp } from './copy-up.ts'
import { logSettings } from './log-settings.ts'
import { completeHostConfig, mergeConfig } from './merge-config.ts'
import { type WantedMount, mountPoint, wantedMounts } from './mounts.ts'
import { randomName } from './random-name.ts'
import { checkBindSource } from './resolve-mounts.ts'
import { type Container, type ContainerRecord, type MountOptions, newRunState, timeNow } from './record.ts'
import { signalNumber } from './signals.ts'

/**
 * Makes a container: its record, its writable layer and its volumes, filled from the image where they are new.
 * Nothing of it stays when a step fails.
 */
export const createContainer = async (
  context: ContainerContext,
  request: ContainerCreate,
  options: { name?: string } = {},
): Promise<{ Id: string; Warnings: string[] }> => {
  if (!request.Image) throw new AppError('E_API_BAD_REQUEST', 'Config cannot be empty in order to create a container')
  const { table } = context
  const image = await context.images.resolve(request.Image)
  const id = randomBytes(32).toString('hex')
  const hostConfig = completeHostConfig(request.HostConfig ?? {})
  const Hostname = request.Hostname || defaultHostname(context, hostConfig) || id.slice(0, 12)
  const config = mergeConfig({ ...request, Hostname }, image.config)
  if (!config.Entrypoint?.length && !config.Cmd?.length) {
    throw new AppError('E_API_BAD_REQUEST', 'no command specified', {
      hint: 'Give a command, or an image that has one',
    })
  }
  if (config.StopSignal) signalNumber(config.StopSignal)
  if (hostConfig.AutoRemove && !['no', ''].includes(hostConfig.RestartPolicy?.Name ?? '')) {
    throw new AppError('E_API_BAD_REQUEST', "can't create 'AutoRemove' container with restart policy")
  }
  logSettings(hostConfig)
  const warnings = checkHostConfig(config, hostConfig, context.facts)
  const endpoints = requestedEndpoints(context, request, hostConfig.NetworkMode ?? 'bridge')
  const wanted = wantedMounts(config, hostConfig, (reference) => table.get(reference).record)

  await using undo = new Scope()
  const name = options.name?.replace(/^\//, '') ?? randomName((candidate) => table.isNameTaken(candidate))
  table.reserve(name, id)
  undo.defer(() => table.releaseName(name, id))
  await mkdir(containerFolder(context, id), { recursive: true, mode: 0o711 })
  undo.defer(() => rm(containerFolder(context, id), { recursive: true, force: true }))
  await context.snapshots.prepare(id, image.diffIds, { init: true })
  undo.defer(() => context.snapshots.remove(id))

  const mounts: MountPoint[] = []
  for (const mount of wanted) mounts.push(await makeMount(context, mount, undo))
  await copyUp(context, { snapshotId: id, wanted, mounts })
  const mountOptions: Record<string, MountOptions> = {}
  for (const mount of wanted) mountOptions[mount.destination] = mount.options

  const record: ContainerRecord = {
    id,
    name,
    created: timeNow(),
    imageId: image.id,
    diffIds: image.diffIds,
    config,
    hostConfig,
    mounts,
    mountOptions,
    endpoints,
    networkSettings: noNetwork(endpoints),
    state: newRunState(),
  }
  await context.records.put(id, record)
  undo.keep()
  const container: Container = { record, execIds: new Set() }
  table.add(container)
  emitContainer(context, container, 'create')
  return { Id: id, Warnings: warnings }
}

/** Of the host or the container whose network it joins. */
const defaultHostname = (
  { table }: ContainerContext,
  { NetworkMode = '', UTSMode }: HostConfig,
): string | undefined => {
  if (NetworkMode === 'host' || UTSMode === 'host') return hostname()
  if (!NetworkMode.startsWith('container:')) return undefined
  return table.find(NetworkMode.slice('container:'.length))?.record.config.Hostname
}

const makeMount = async (context: ContainerContext, mount: WantedMount, undo: Scope): Promise<MountPoint> => {
  if (mount.type === 'bind') await checkBindSource(mount.source ?? '', mount.options.createSource)
  if (mount.type !== 'volume') return mountPoint(mount, undefined)
  const isNew = mount.source === undefined || !(await isVolume(context, mount.source))
  const volume = await context.volumes.ensure(mount.source, {
    ...(mount.driver ? { driver: mount.driver } : {}),
    ...(mount.driverOpts ? { driverOpts: mount.driverOpts } : {}),
    labels: { ...mount.labels, ...(mount.source === undefined ? { 'com.docker.volume.anonymous': '' } : {}) },
  })
  if (isNew) undo.defer(() => context.volumes.remove(volume.Name, { force: true }))
  return mountPoint(mount, volume)
}

const isVolume = (context: ContainerContext, name: string): Promise<boolean> =>
  context.volumes.inspect(name).then(
    () => true,
    () => false,
  )

/** The endpoints by network name: those of the request, and the network of `NetworkMode`. */
const requestedEndpoints = (
  context: ContainerContext,
  request: ContainerCreate,
  mode: string,
): Record<string, EndpointSettings> => {
  if (mode.startsWith('container:')) return {}
  const asked = request.NetworkingConfig?.EndpointsConfig ?? {}
  const endpoints: Record<string, EndpointSettings> = {}
  const primary = context.networks.resolve(mode).name
  endpoints[primary] = {}
  for (const [reference, settings] of Object.entries(asked)) {
    endpoints[context.networks.resolve(reference === 'default' ? 'bridge' : reference).name] = settings ?? {}
  }
  if (['host', 'none'].includes(primary) && Object.keys(endpoints).length > 1) {
    throw new AppError(
      'E_API_BAD_REQUEST',
      `conflicting options: cannot attach both user-defined and ${primary} networks`,
    )
  }
  return endpoints
}

/** Network settings of a container that does not run. */
export const noNetwork = (endpoints: Readonly<Record<string, EndpointSettings>>): NetworkSettings => ({
  Bridge: '',
  SandboxID: '',
  SandboxKey: '',
  Ports: {},
  Networks: Object.fromEntries(Object.entries(endpoints).map(([name, settings]) => [name, { ...settings }])),
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  MacAddress: '',
})
