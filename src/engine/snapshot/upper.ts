import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../spec/digest.ts'
import { type SnapshotPaths, layerFolder } from './snapshot-paths.ts'

/** Makes `fs` and `work`, upper and work folder of an overlay; the merged root takes its mode and owner from `fs`. */
export const makeUpper = async (paths: SnapshotPaths, folder: string, chain: Digest | undefined): Promise<void> => {
  const upper = join(folder, 'fs')
  await Promise.all([mkdir(upper, { mode: 0o755 }), mkdir(join(folder, 'work'), { mode: 0o700 })])
  const model = chain === undefined ? undefined : await stat(join(layerFolder(paths, chain), 'fs'))
  await chmod(upper, model ? model.mode & 0o7777 : 0o755)
  if (model && (model.uid !== 0 || model.gid !== 0)) await chown(upper, model.uid, model.gid)
}
