import { AppError } from '../errors/app-error.ts'
import type { EndpointSettings } from '../port/containers.ts'
import type { NetworksPort } from '../port/networks.ts'
import type { ContainerContext } from './container/context.ts'
import { writeHosts } from './container/linked-hosts.ts'
import { attachRequest } from './container/networking.ts'
import { isRunning } from './container/record.ts'

/** The network part with containers found and their records kept in step. */
export const networksPort = (context: ContainerContext): NetworksPort => {
  const { networks, table, mutex } = context
  return {
    list: (query) => networks.list(query),
    create: (body) => networks.create(body),
    inspect: (reference) => networks.inspect(reference),
    remove: (reference) => networks.remove(reference),
    async connect(reference, { Container: containerReference, EndpointConfig }) {
      const { id } = table.get(containerReference).record
      await mutex.run(id, async () => {
        const container = table.get(id)
        const { record } = container
        const { name } = networks.resolve(reference)
        if (record.endpoints[name]) {
          throw new AppError(
            'E_CONTAINER_CONFLICT',
            `endpoint with name ${record.name} already exists in network ${name}`,
            {
              httpStatus: 403,
            },
          )
        }
        const endpoint: EndpointSettings = EndpointConfig ?? {}
        record.endpoints = { ...record.endpoints, [name]: endpoint }
        try {
          if (isRunning(container)) {
            record.networkSettings = (await networks.connect(attachRequest(record), name)).settings
            await writeHosts(context, container)
          } else record.networkSettings.Networks[name] = { ...endpoint }
        } catch (error) {
          const { [name]: _, ...others } = record.endpoints
          record.endpoints = others
          throw error
        }
        await context.records.put(id, record)
      })
    },
    async disconnect(reference, { Container: containerReference }) {
      const { id } = table.get(containerReference).record
      await mutex.run(id, async () => {
        const container = table.get(id)
        const { record } = container
        const { name } = networks.resolve(reference)
        if (!record.endpoints[name]) {
          throw new AppError('E_CONTAINER_CONFLICT', `container ${record.id} is not connected to network ${name}`, {
            httpStatus: 403,
          })
        }
        const { [name]: _, ...others } = record.endpoints
        record.endpoints = others
        if (isRunning(container)) {
          record.networkSettings = (await networks.disconnect(id, name)).settings
          await writeHosts(context, container)
        } else delete record.networkSettings.Networks[name]
        await context.records.put(id, record)
      })
    },
  }
}
