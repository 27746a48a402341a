import { AppError } from '../../../src/errors/app-error.ts'
import type { Volume, VolumesPort } from '../../../src/port/volumes.ts'
import { filterMatches, labelMatches } from './filter-matches.ts'

/** Volumes by name only. `user` says which container mounts one. */
export const processVolumes = (user: (name: string) => string | undefined): VolumesPort => {
  const volumes = new Map<string, Volume>()
  const find = (name: string): Volume => {
    const volume = volumes.get(name)
    if (!volume) throw new AppError('E_VOLUME_NOT_FOUND', `get ${name}: no such volume`)
    return volume
  }
  return {
    list: async ({ filters } = {}) => ({
      Volumes: [...volumes.values()].filter((volume) =>
        filterMatches(filters, { label: labelMatches(volume.Labels), name: (value) => volume.Name.includes(value) }),
      ),
      Warnings: [],
    }),
    create: async ({ Name = `anonymous-${volumes.size}`, Labels }) => {
      const volume = volumes.get(Name) ?? newVolume(Name, Labels ?? null)
      volumes.set(Name, volume)
      return volume
    },
    inspect: async (name) => find(name),
    remove: async (name, { force } = {}) => {
      if (force && !volumes.has(name)) return
      find(name)
      const holder = user(name)
      if (holder !== undefined) {
        throw new AppError('E_CONTAINER_CONFLICT', `remove ${name}: volume is in use - [${holder}]`)
      }
      volumes.delete(name)
    },
  }
}

const newVolume = (name: string, labels: Record<string, string> | null): Volume => ({
  Name: name,
  Driver: 'local',
  Mountpoint: `/volumes/${name}`,
  CreatedAt: new Date().toISOString(),
  Labels: labels,
  Options: null,
  Scope: 'local',
})
