import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { KeyedMutex } from '../../lib/mutex.ts'
import { matchesPattern } from '../../lib/matches-pattern.ts'
import type { Filters } from '../../port/common.ts'
import type { EngineEvent } from '../../port/system.ts'
import type { Volume } from '../../port/volumes.ts'
import type { EnginePaths } from '../context.ts'
import type { Host } from '../host/host.ts'
import { mountPoints } from '../host/mount-table.ts'
import { openRecords } from '../store/records.ts'
import { mountDevice } from './driver-options.ts'
import type { VolumePart } from './part.ts'

export const ANONYMOUS_LABEL = 'com.docker.volume.anonymous'
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

export interface VolumesOptions {
  readonly host: Host
  readonly paths: EnginePaths
  /** Ids of containers that mount the volume. */
  readonly usedBy: (name: string) => string[]
  readonly emit: (event: Pick<EngineEvent, 'Type' | 'Action' | 'Actor'>) => void
}

/** Volumes of the `local` driver: folders below the data root, or what `type`, `o` and `device` mount there. */
export const openVolumes = async ({ host, paths, usedBy, emit }: VolumesOptions): Promise<VolumePart> => {
  const records = await openRecords<Volume>(join(paths.root, 'records', 'volumes'))
  const volumes = new Map((await records.load()).map((volume) => [volume.Name, volume]))
  const folderOf = (name: string): string => join(paths.root, 'volumes', name)
  const mutex = new KeyedMutex()
  const mountedPaths = await mountPoints()
  const mounted = new Set([...volumes.values()].filter((v) => mountedPaths.has(v.Mountpoint)).map((v) => v.Name))

  const known = (name: string): Volume => {
    const volume = volumes.get(name)
    if (!volume) throw new AppError('E_VOLUME_NOT_FOUND', `get ${name}: no such volume`)
    return volume
  }
  const announce = (action: string, volume: Volume): void =>
    emit({ Type: 'volume', Action: action, Actor: { ID: volume.Name, Attributes: { driver: volume.Driver } } })

  const create = async (volume: Volume): Promise<Volume> => {
    await mkdir(volume.Mountpoint, { recursive: true, mode: 0o755 })
    await records.put(volume.Name, volume)
    volumes.set(volume.Name, volume)
    announce('create', volume)
    return volume
  }

  const part: VolumePart = {
    async list({ filters = {} } = {}) {
      const Volumes = [...volumes.values()].filter((volume) => matches(volume, filters, usedBy))
      return { Volumes: Volumes.toSorted((a, b) => (a.Name < b.Name ? -1 : 1)), Warnings: [] }
    },
    create: ({ Name, Driver, DriverOpts, Labels }) =>
      part.ensure(Name || undefined, {
        ...(Driver ? { driver: Driver } : {}),
        ...(DriverOpts ? { driverOpts: DriverOpts } : {}),
        ...(Labels ? { labels: Labels } : {}),
      }),
    inspect: async (name) => known(name),
    async remove(name, { force = false } = {}) {
      await mutex.run(name, async () => {
        const volume = volumes.get(name)
        if (!volume && force) return
        known(name)
        const users = usedBy(name)
        if (users.length > 0) {
          throw new AppError('E_CONTAINER_CONFLICT', `remove ${name}: volume is in use - [${users.join(', ')}]`, {
            hint: 'Remove the containers that use it first',
          })
        }
        await host.unmount(volume?.Options?.['device'] ? [volume.Mountpoint] : [])
        mounted.delete(name)
        await records.delete(name)
        volumes.delete(name)
        await rm(folderOf(name), { recursive: true, force: true })
        if (volume) announce('destroy', volume)
      })
    },
    async ensure(name = randomBytes(32).toString('hex'), { driver = 'local', driverOpts, labels } = {}) {
      if (!NAME.test(name)) {
        throw new AppError(
          'E_API_BAD_REQUEST',
          `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
        )
      }
      if (driver !== 'local') {
        throw new AppError(
          'E_VOLUME_NOT_FOUND',
          `error looking up volume plugin ${driver}: plugin "${driver}" not found`,
          {
            hint: 'Only the local driver is built in',
          },
        )
      }
      return mutex.run(name, async () => {
        const there = volumes.get(name)
        if (there) return there
        return create({
          CreatedAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
          Driver: driver,
          Labels: labels ?? null,
          Mountpoint: join(folderOf(name), '_data'),
          Name: name,
          Options: driverOpts && Object.keys(driverOpts).length > 0 ? driverOpts : null,
          Scope: 'local',
        })
      })
    },
    isAnonymous: (name) => volumes.get(name)?.Labels?.[ANONYMOUS_LABEL] !== undefined,
    async mount(name) {
      const volume = known(name)
      await mutex.run(name, async () => {
        if (mounted.has(name)) return
        if (volume.Options?.['device']) await mountDevice(host, volume)
        mounted.add(name)
      })
      return volume.Mountpoint
    },
    async release(name) {
      await mutex.run(name, async () => {
        const volume = volumes.get(name)
        if (!volume || !mounted.delete(name)) return
        if (volume.Options?.['device']) await host.unmount([volume.Mountpoint])
      })
    },
  }
  return part
}

const matches = (volume: Volume, filters: Filters, usedBy: VolumesOptions['usedBy']): boolean =>
  Object.entries(filters).every(([key, values]) => {
    if (key === 'name') return values.some((value) => matchesPattern(value, volume.Name))
    if (key === 'driver') return values.includes(volume.Driver)
    if (key === 'label') return values.every((value) => hasLabel(volume.Labels ?? {}, value))
    if (key === 'dangling') {
      return values.some((value) => ['1', 'true', 'True'].includes(value) === (usedBy(volume.Name).length === 0))
    }
    throw new AppError('E_API_BAD_REQUEST', `invalid filter '${key}'`)
  })

const hasLabel = (labels: Readonly<Record<string, string>>, wanted: string): boolean => {
  const equals = wanted.indexOf('=')
  if (equals < 0) return wanted in labels
  return labels[wanted.slice(0, equals)] === wanted.slice(equals + 1)
}
