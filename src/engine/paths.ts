import { createHash } from 'node:crypto'
import { mkdir, realpath } from 'node:fs/promises'
import type { EnginePaths } from './context.ts'

/** Makes the two folders, for root alone to enter, and derives the engine's tag from the data root's real path. */
export const enginePaths = async (options: { root: string; state: string }): Promise<EnginePaths> => {
  const make = async (folder: string, mode: number): Promise<string> => {
    await mkdir(folder, { recursive: true, mode })
    return realpath(folder)
  }
  const root = await make(options.root, 0o700)
  const state = await make(options.state, 0o711)
  return { root, state, tag: createHash('sha256').update(root).digest('hex').slice(0, 6) }
}
