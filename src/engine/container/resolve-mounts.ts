import { mkdir, stat } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import type { MountPoint } from '../../port/containers.ts'
import type { ResolvedMount } from '../runtime/part.ts'
import { statInside } from '../runtime/rootfs-files.ts'
import type { ContainerContext } from './context.ts'
import type { EtcFiles } from './etc-files.ts'
import type { ContainerRecord, MountOptions } from './record.ts'

/** The mounts of a container that starts: its own, then the three files below /etc unless it mounts them itself. */
export const resolveMounts = async (
  context: ContainerContext,
  record: ContainerRecord,
  files: EtcFiles,
): Promise<ResolvedMount[]> => {
  const own = await Promise.all(
    record.mounts.map((mount) => resolveMount(context, mount, record.mountOptions[mount.Destination] ?? {})),
  )
  const taken = new Set(record.mounts.map((mount) => mount.Destination))
  const etc = [
    ['/etc/resolv.conf', files.resolvConf],
    ['/etc/hostname', files.hostname],
    ['/etc/hosts', files.hosts],
  ] as const
  const readOnly = false
  return [
    ...etc
      .filter(([destination]) => !taken.has(destination))
      .map(
        ([destination, source]) => ({ type: 'bind', source, destination, readOnly, options: ['rprivate'] }) as const,
      ),
    ...own,
  ]
}

const resolveMount = async (
  context: ContainerContext,
  mount: MountPoint,
  extra: MountOptions,
): Promise<ResolvedMount> => {
  const base = { destination: mount.Destination, readOnly: !mount.RW, options: extra.options ?? [] }
  if (mount.Type === 'tmpfs') return { ...base, type: 'tmpfs' }
  if (mount.Type === 'volume') {
    const folder = await context.volumes.mount(mount.Name ?? '')
    return { ...base, type: 'bind', source: extra.subpath ? subpath(folder, extra.subpath) : folder }
  }
  await bindSource(mount.Source, extra.createSource ?? false)
  return { ...base, type: 'bind', source: mount.Source }
}

const subpath = (folder: string, path: string): string => {
  const found = statInside(folder, path)
  if (!found) throw new AppError('E_API_BAD_REQUEST', `cannot access path ${folder}/${path}: no such file or directory`)
  return `${folder}${found.path}`
}

const bindSource = async (path: string, create: boolean): Promise<void> => {
  await checkBindSource(path, create)
  if (create) await mkdir(path, { recursive: true, mode: 0o755 }).catch(ignoreFile)
}

/** A bound file is there already. */
const ignoreFile = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error
}

/** @throws E_API_BAD_REQUEST when nothing is there and nothing is to be made */
export const checkBindSource = async (path: string, create = false): Promise<void> => {
  if (create) return
  await stat(path).catch((cause: unknown) => {
    throw new AppError(
      'E_API_BAD_REQUEST',
      `invalid mount config for type "bind": bind source path does not exist: ${path}`,
      { cause, hint: 'Create it first' },
    )
  })
}
