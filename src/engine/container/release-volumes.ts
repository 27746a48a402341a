import type { ContainerContext } from './context.ts'
import { type ContainerRecord, isRunning } from './record.ts'

/** Unmounts those volumes of a container which no running one uses. */
export const releaseVolumes = async (
  context: Pick<ContainerContext, 'table' | 'volumes'>,
  { mounts }: Pick<ContainerRecord, 'mounts'>,
): Promise<void> => {
  const used = new Set(
    context.table
      .all()
      .filter(isRunning)
      .flatMap(({ record }) => record.mounts.map(({ Name }) => Name)),
  )
  const names = mounts.flatMap(({ Name }) => (Name === undefined || used.has(Name) ? [] : [Name]))
  await Promise.all(names.map((name) => context.volumes.release(name)))
}
