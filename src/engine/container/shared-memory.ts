import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { ResolvedMount } from '../runtime/part.ts'
import type { ContainerContext } from './context.ts'
import type { ContainerRecord } from './record.ts'

/** Below the state folder: /dev/shm of each container that shares it. */
export const sharedMemoryFolder = ({ paths }: Pick<ContainerContext, 'paths'>): string => join(paths.state, 'shm')

const isShared = ({ hostConfig }: ContainerRecord): boolean => hostConfig.IpcMode === 'shareable'

/**
 * /dev/shm of a container that shares it with others (`shareable`) or has another's (`container:…`): a file system of the
 * host, since one inside a mount namespace cannot be mounted in a second one. Nothing for the other modes.
 * @throws E_CONTAINER_CONFLICT when the other one does not share
 */
export const shareMemory = async (context: ContainerContext, record: ContainerRecord): Promise<ResolvedMount[]> => {
  const { IpcMode = '', ShmSize } = record.hostConfig
  if (isShared(record)) {
    const target = join(sharedMemoryFolder(context), record.id)
    await mkdir(target, { recursive: true, mode: 0o700 })
    const data = `mode=1777,size=${ShmSize}`
    await context.host.mount([{ source: 'shm', target, type: 'tmpfs', flags: ['nosuid', 'nodev', 'noexec'], data }])
    return [sharedMount(target)]
  }
  if (!IpcMode.startsWith('container:')) return []
  const owner = context.table.get(IpcMode.slice('container:'.length)).record
  if (!isShared(owner)) {
    throw new AppError('E_CONTAINER_CONFLICT', `cannot join IPC of container ${owner.id}: non-shareable IPC`, {
      hint: `Give ${owner.name} the ipc mode shareable`,
    })
  }
  return [sharedMount(join(sharedMemoryFolder(context), owner.id))]
}

/** The container has ended; those that share its memory keep what they have. */
export const unshareMemory = async (context: ContainerContext, record: ContainerRecord): Promise<void> => {
  if (!isShared(record)) return
  const target = join(sharedMemoryFolder(context), record.id)
  await context.host.unmount([target])
  await rmdir(target).catch(() => undefined)
}

const sharedMount = (source: string): ResolvedMount => ({
  type: 'bind',
  source,
  destination: '/dev/shm',
  readOnly: false,
  options: ['bind', 'rprivate', 'nosuid', 'nodev', 'noexec'],
})
