import { randomBytes } from 'node:crypto'
import type { Digest } from '../../spec/digest.ts'
import type { Snapshots } from '../snapshot/open-snapshots.ts'

/** A snapshot's id that no other build or container has. */
export const newSnapshotId = (): string => `build-${randomBytes(12).toString('hex')}`

/** Runs `use` with the mounted root file system of some layers; what is written to it is thrown away. */
export const withRootfs = async <T>(
  snapshots: Snapshots,
  diffIds: readonly Digest[],
  use: (rootfs: string) => Promise<T>,
): Promise<T> => {
  const id = newSnapshotId()
  await snapshots.prepare(id, diffIds)
  try {
    return await use(await snapshots.mount(id))
  } finally {
    await snapshots.remove(id)
  }
}
