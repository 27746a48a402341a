import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, messageOf } from '../errors/app-error.ts'
import type { FileMaterial } from '../plan/desired.ts'

/** Where the texts of configs and secrets are kept as files, so that the engine can mount them. */
export interface ProjectFiles {
  /** Answers the absolute path; a running container keeps the file that it has mounted. */
  write(material: FileMaterial, project: string): Promise<string>
  /** When the project is gone. */
  remove(project: string): Promise<void>
}

/** `base`: a folder that outlives a reboot, since containers that come back mount from it again. */
export const projectFiles = (base: string): ProjectFiles => {
  return {
    write: async (material, project) => {
      const path = join(base, project, material.name)
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await replace(path, material)
        return path
      } catch (cause) {
        throw new AppError('E_CLI_FILE', `Cannot write "${path}": ${messageOf(cause)}`, { cause })
      }
    },
    remove: async (project) => {
      // Whoever may not remove them could not have written them either: then there are none.
      await rm(join(base, project), { recursive: true, force: true }).catch(() => undefined)
    },
  }
}

const replace = async (path: string, { text, mode, uid, gid }: FileMaterial): Promise<void> => {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
  try {
    if (uid !== undefined || gid !== undefined) await chown(draft, uid ?? 0, gid ?? 0)
    await chmod(draft, mode)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
