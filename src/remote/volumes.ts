import { defined } from '../lib/defined.ts'
import type { Volume, VolumesPort } from '../port/volumes.ts'
import type { EngineClient } from './engine-client.ts'
import { filtersParam } from './query-string.ts'

export const remoteVolumes = (client: EngineClient): VolumesPort => {
  const at = (name: string): string => `/volumes/${encodeURIComponent(name)}`
  return {
    list: async ({ filters, signal } = {}) => {
      const query = { filters: filtersParam(filters) }
      const found = await client.json<{ Volumes: Volume[] | null; Warnings: string[] | null }>({
        method: 'GET',
        path: '/volumes',
        query,
        ...defined({ signal }),
      })
      return { Volumes: found.Volumes ?? [], Warnings: found.Warnings ?? [] }
    },
    create: (body, { signal } = {}) =>
      client.json({ method: 'POST', path: '/volumes/create', json: body, ...defined({ signal }) }),
    inspect: (name, { signal } = {}) => client.json({ method: 'GET', path: at(name), ...defined({ signal }) }),
    remove: async (name, { force, signal } = {}) => {
      await client.status({ method: 'DELETE', path: at(name), query: { force }, ...defined({ signal }) })
    },
  }
}
