import { readdir } from 'node:fs/promises'
import type { MountPoint } from '../../port/containers.ts'
import { statInside } from '../runtime/rootfs-files.ts'
import type { ContainerContext } from './context.ts'
import type { WantedMount } from './mounts.ts'
import { releaseVolumes } from './release-volumes.ts'

/**
 * Fills new volumes from the image: where a volume is empty and the image has a folder at its destination, content,
 * owner and mode are copied. Only while the container is made, when nothing else can write to its root file system.
 */
export const copyUp = async (
  context: ContainerContext,
  { snapshotId, wanted, mounts }: { snapshotId: string; wanted: readonly WantedMount[]; mounts: readonly MountPoint[] },
): Promise<void> => {
  try {
    await fill(context, { snapshotId, wanted, mounts })
  } finally {
    await releaseVolumes(context, { mounts })
  }
}

const fill = async (
  context: ContainerContext,
  { snapshotId, wanted, mounts }: { snapshotId: string; wanted: readonly WantedMount[]; mounts: readonly MountPoint[] },
): Promise<void> => {
  const targets: { destination: string; folder: string }[] = []
  for (const [index, mount] of wanted.entries()) {
    const point = mounts[index]
    if (mount.type !== 'volume' || mount.noCopy || !point?.Name) continue
    const folder = await context.volumes.mount(point.Name)
    if ((await readdir(folder)).length === 0) targets.push({ destination: mount.destination, folder })
  }
  if (targets.length === 0) return
  const rootfs = await context.snapshots.mount(snapshotId)
  try {
    for (const { destination, folder } of targets) {
      const source = statInside(rootfs, destination)
      if (!source?.stats.isDirectory()) continue
      await context.host.run('cp', ['-a', '--reflink=auto', `${rootfs}${source.path}/.`, folder])
    }
  } finally {
    await context.snapshots.unmount(snapshotId)
  }
}
