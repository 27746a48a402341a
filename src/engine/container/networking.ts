import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import type { AttachRequest } from '../network/part.ts'
import type { ContainerContext } from './context.ts'
import { noNetwork } from './create.ts'
import { type Container, type ContainerRecord, isRunning } from './record.ts'

export interface AttachedNetwork {
  /** Namespace for the runtime; absent: the host's. */
  readonly path?: string
  readonly nameservers: readonly string[]
  /** Whose network it is, when it is another container's. */
  readonly owner?: Container
}

/** What a record asks of the network part. */
export const attachRequest = (record: ContainerRecord): AttachRequest => ({
  containerId: record.id,
  containerName: record.name,
  hostname: record.config.Hostname ?? '',
  endpoints: record.endpoints,
  portBindings: record.hostConfig.PortBindings ?? {},
  exposedPorts: Object.keys(record.config.ExposedPorts ?? {}),
  publishAll: record.hostConfig.PublishAllPorts ?? false,
  ...(record.hostConfig.Dns?.length ? { dns: record.hostConfig.Dns } : {}),
})

/** Gives a container that starts its network: one of its own, the host's, or another container's. */
export const attachNetwork = async (context: ContainerContext, container: Container): Promise<AttachedNetwork> => {
  const { record } = container
  const mode = record.hostConfig.NetworkMode ?? 'bridge'
  const dns = record.hostConfig.Dns ?? []
  if (mode === 'host') return { nameservers: dns.length > 0 ? dns : await hostNameservers() }
  if (mode.startsWith('container:')) {
    const owner = context.table.get(mode.slice('container:'.length))
    if (!isRunning(owner)) {
      throw new AppError('E_CONTAINER_CONFLICT', `cannot join network of a non running container: ${owner.record.id}`, {
        hint: `Start ${owner.record.name} first`,
      })
    }
    return {
      path: `/proc/${owner.record.state.init?.pid}/ns/net`,
      nameservers: [],
      owner,
    }
  }
  const attachment = await context.networks.attach(attachRequest(record))
  record.networkSettings = attachment.settings
  return { path: attachment.netnsPath, nameservers: attachment.nameservers }
}

export const detachNetwork = async (context: ContainerContext, container: Container): Promise<void> => {
  await context.networks.detach(container.record.id)
  container.record.networkSettings = noNetwork(container.record.endpoints)
}

const hostNameservers = async (): Promise<string[]> => {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '')
  return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '')
}
