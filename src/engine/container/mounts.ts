import { posix } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { parseBytes } from '../../lib/bytes.ts'
import type { ContainerConfig, HostConfig, MountPoint, MountSpec } from '../../port/containers.ts'
import type { Volume } from '../../port/volumes.ts'
import type { ContainerRecord, MountOptions } from './record.ts'

/** One mount that a container asks for, before volumes are made. */
export interface WantedMount {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  /** Host path, or volume name; absent for an anonymous volume. */
  readonly source?: string
  readonly destination: string
  readonly readOnly: boolean
  readonly mode: string
  readonly propagation: string
  readonly noCopy: boolean
  readonly labels?: Record<string, string>
  readonly driver?: string
  readonly driverOpts?: Record<string, string>
  readonly options: MountOptions
}

const PROPAGATION = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'])

/**
 * The mounts of a new container by destination. Precedence as Docker's: the image's VOLUMEs, then `VolumesFrom` in order,
 * then binds and mounts; two of the last kind on one destination are an error.
 */
export const wantedMounts = (
  config: ContainerConfig,
  hostConfig: HostConfig,
  find: (container: string) => ContainerRecord,
): WantedMount[] => {
  const byDestination = new Map<string, WantedMount>()
  for (const destination of Object.keys(config.Volumes ?? {})) {
    byDestination.set(clean(destination), { ...BASE, type: 'volume', destination: clean(destination) })
  }
  for (const text of hostConfig.VolumesFrom ?? []) {
    for (const mount of mountsFrom(text, find)) byDestination.set(mount.destination, mount)
  }
  const own = new Set<string>()
  const explicit = [
    ...(hostConfig.Binds ?? []).map(parseBind),
    ...(hostConfig.Mounts ?? []).map(fromSpec),
    ...Object.entries(hostConfig.Tmpfs ?? {}).map(([path, text]) => tmpfs(path, text)),
  ]
  for (const mount of explicit) {
    if (own.has(mount.destination)) throw bad(`Duplicate mount point: ${mount.destination}`)
    own.add(mount.destination)
    byDestination.set(mount.destination, mount)
  }
  return [...byDestination.values()]
}

const BASE = { readOnly: false, mode: '', propagation: '', noCopy: false, options: {} } as const

const mountsFrom = (text: string, find: (container: string) => ContainerRecord): WantedMount[] => {
  const [container = '', mode = 'rw', ...rest] = text.split(':')
  if (rest.length > 0 || !['ro', 'rw', 'z', 'Z', 'nocopy'].includes(mode)) {
    throw bad(`invalid mode: ${[mode, ...rest].join(':')}`, 'Write CONTAINER, CONTAINER:ro or CONTAINER:rw')
  }
  const source = find(container)
  return source.mounts
    .filter((mount) => mount.Type !== 'tmpfs')
    .map((mount) => ({
      type: mount.Type,
      source: mount.Name ?? mount.Source,
      destination: mount.Destination,
      readOnly: mode === 'ro' || !mount.RW,
      mode: mode === 'ro' ? 'ro' : mount.Mode,
      propagation: mount.Propagation,
      noCopy: true,
      options: source.mountOptions[mount.Destination] ?? {},
    }))
}

/** `[SOURCE:]TARGET[:OPTIONS]` of `HostConfig.Binds`. @throws E_API_BAD_REQUEST with Docker's words */
export const parseBind = (text: string): WantedMount => {
  const parts = text.split(':')
  const [source = '', target, modes = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  if (!target || parts.length > 3 || parts.some((part) => part === '')) {
    throw bad(`invalid volume specification: '${text}'`, 'Write SOURCE:TARGET or SOURCE:TARGET:ro')
  }
  if (!target.startsWith('/')) {
    throw bad(
      `invalid volume specification: '${text}': invalid mount config for type "volume": invalid mount path: '${target}' mount path must be absolute`,
    )
  }
  if (clean(target) === '/') {
    throw bad(
      `invalid volume specification: '${text}': invalid mount config: invalid specification: destination can't be '/'`,
    )
  }
  const words = modes.split(',').filter(Boolean)
  const known = (word: string): boolean =>
    ['ro', 'rw', 'z', 'Z', 'nocopy', 'rbind', 'bind', 'cached', 'delegated', 'consistent'].includes(word) ||
    PROPAGATION.has(word)
  if (!words.every(known)) throw bad(`invalid mode: ${modes}`, 'Use ro, rw, nocopy or a propagation like rslave')
  const isPath = source.startsWith('/')
  const propagation = words.find((word) => PROPAGATION.has(word)) ?? (isPath ? 'rprivate' : '')
  return {
    type: isPath ? 'bind' : 'volume',
    ...(source ? { source: isPath ? clean(source) : source } : {}),
    destination: clean(target),
    readOnly: words.includes('ro'),
    mode: modes,
    propagation,
    noCopy: words.includes('nocopy'),
    options: isPath ? { options: [propagation], createSource: true } : {},
  }
}

const fromSpec = (spec: MountSpec): WantedMount => {
  const destination = clean(spec.Target)
  const invalid = (why: string): AppError => bad(`invalid mount config for type "${spec.Type}": ${why}`)
  if (!spec.Target) throw invalid('field Target must not be empty')
  if (!spec.Target.startsWith('/')) throw invalid(`invalid mount path: '${spec.Target}' mount path must be absolute`)
  if (destination === '/') throw invalid("invalid specification: destination can't be '/'")
  const base = { ...BASE, destination, readOnly: spec.ReadOnly ?? false }
  if (spec.Type === 'tmpfs') {
    const { SizeBytes, Mode } = spec.TmpfsOptions ?? {}
    const options = [...(SizeBytes ? [`size=${SizeBytes}`] : []), ...(Mode ? [`mode=${Mode.toString(8)}`] : [])]
    return { ...base, type: 'tmpfs', options: { options } }
  }
  if (spec.Type === 'bind') {
    if (!spec.Source) throw invalid('field Source must not be empty')
    if (!spec.Source.startsWith('/')) throw invalid(`invalid mount path: '${spec.Source}' mount path must be absolute`)
    const propagation = spec.BindOptions?.Propagation || 'rprivate'
    if (!PROPAGATION.has(propagation)) throw invalid(`invalid propagation mode: ${propagation}`)
    return {
      ...base,
      type: 'bind',
      source: clean(spec.Source),
      propagation,
      options: { options: [propagation], createSource: spec.BindOptions?.CreateMountpoint ?? false },
    }
  }
  const { NoCopy = false, Labels, DriverConfig, Subpath } = spec.VolumeOptions ?? {}
  if (Subpath && !isLocal(Subpath)) throw invalid('subpath must be a relative path within the volume')
  return {
    ...base,
    type: 'volume',
    ...(spec.Source ? { source: spec.Source } : {}),
    mode: 'z',
    noCopy: NoCopy || Subpath !== undefined,
    ...(Labels ? { labels: Labels } : {}),
    ...(DriverConfig?.Name ? { driver: DriverConfig.Name } : {}),
    ...(DriverConfig?.Options ? { driverOpts: DriverConfig.Options } : {}),
    options: Subpath ? { subpath: Subpath } : {},
  }
}

const tmpfs = (path: string, text: string): WantedMount => {
  const options = text.split(',').filter(Boolean)
  for (const option of options) {
    const size = option.startsWith('size=') ? option.slice('size='.length) : undefined
    if (size !== undefined && !size.endsWith('%') && parseBytes(size) === undefined) {
      throw bad(`invalid tmpfs option "${option}"`, 'Write a size like size=64m')
    }
  }
  return { ...BASE, type: 'tmpfs', destination: clean(path), options: { options } }
}

/** What `inspect` shows of a mount, once its volume exists. */
export const mountPoint = (mount: WantedMount, volume: Volume | undefined): MountPoint => ({
  Type: mount.type,
  ...(volume ? { Name: volume.Name } : {}),
  Source: volume?.Mountpoint ?? (mount.type === 'bind' ? (mount.source ?? '') : ''),
  Destination: mount.destination,
  ...(volume ? { Driver: volume.Driver } : {}),
  Mode: mount.mode,
  RW: !mount.readOnly,
  Propagation: mount.propagation,
})

/** A path that does not begin or lead outside of where it starts. */
const isLocal = (path: string): boolean => !path.startsWith('/') && !/^\.\.(?:\/|$)/.test(posix.normalize(path))

const clean = (path: string): string => posix.normalize(path).replace(/(?<=.)\/+$/, '')

const bad = (message: string, hint?: string): AppError =>
  new AppError('E_API_BAD_REQUEST', message, hint ? { hint } : {})
