import type { ServiceModel, ServiceVolumeModel, VolumeModel } from '../compose/model.ts'
import { parseBytes } from '../lib/bytes.ts'
import { defined } from '../lib/defined.ts'
import type { MountSpec } from '../port/containers.ts'

export interface Mounts {
  readonly binds: readonly string[]
  readonly mounts: readonly MountSpec[]
  readonly tmpfs: Readonly<Record<string, string>>
}

/**
 * The volumes of a service as docker compose hands them over: a plain bind or named volume as `Binds`, which makes a
 * missing host path, and all that needs more options as `Mounts`.
 */
export const mountsOf = (service: ServiceModel, volumes: Readonly<Record<string, VolumeModel>>): Mounts => {
  const binds: string[] = []
  const mounts: MountSpec[] = []
  for (const volume of service.volumes ?? []) {
    const source = volume.type === 'volume' ? volumes[volume.source ?? '']?.name : volume.source
    if (source !== undefined && fitsBind(volume)) binds.push(bindText(source, volume))
    else mounts.push(toMount(source ?? volume.source, volume))
  }
  return { binds, mounts, tmpfs: tmpfsOf(service) }
}

const fitsBind = ({ type, bind, volume }: ServiceVolumeModel): boolean => {
  if (type === 'bind') {
    return bind === undefined || (bind.create_host_path === true && !bind.propagation && !bind.recursive)
  }
  return type === 'volume' && !volume?.nocopy && !volume?.subpath && Object.keys(volume?.labels ?? {}).length === 0
}

const bindText = (source: string, volume: ServiceVolumeModel): string => {
  const options = [volume.read_only ? 'ro' : 'rw', volume.bind?.selinux].filter(Boolean)
  return `${source}:${volume.target}:${options.join(',')}`
}

const toMount = (source: string | undefined, volume: ServiceVolumeModel): MountSpec =>
  defined({
    Type: volume.type,
    Source: volume.type === 'tmpfs' ? undefined : source,
    Target: volume.target,
    ReadOnly: volume.read_only || undefined,
    Consistency: volume.consistency,
    ...options[volume.type](volume),
  })

const options: Readonly<Record<ServiceVolumeModel['type'], (volume: ServiceVolumeModel) => Partial<MountSpec>>> = {
  bind: ({ bind }) => ({
    BindOptions: defined({
      Propagation: bind?.propagation,
      CreateMountpoint: bind?.create_host_path,
      ...RECURSIVE[bind?.recursive ?? ''],
    }),
  }),
  volume: ({ volume }) =>
    volume && Object.keys(volume).length > 0
      ? {
          VolumeOptions: defined({
            NoCopy: volume.nocopy,
            Subpath: volume.subpath,
            Labels: volume.labels ? { ...volume.labels } : undefined,
          }),
        }
      : {},
  tmpfs: ({ tmpfs }) =>
    tmpfs
      ? {
          TmpfsOptions: defined({
            SizeBytes: tmpfs.size === undefined ? undefined : parseBytes(tmpfs.size),
            Mode: tmpfs.mode,
          }),
        }
      : {},
}

const RECURSIVE: Readonly<Record<string, MountSpec['BindOptions']>> = {
  disabled: { NonRecursive: true },
  writable: { ReadOnlyNonRecursive: true },
  readonly: { ReadOnlyForceRecursive: true },
}

/** `/run:size=1m` → `{ '/run': 'size=1m' }`. */
const tmpfsOf = (service: ServiceModel): Record<string, string> =>
  Object.fromEntries(
    (service.tmpfs ?? []).map((text) => {
      const colon = text.indexOf(':')
      return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
    }),
  )
