import { rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.ts'

/** Deletes trees; those that are asked for at one time go in one process. */
export class Sweeper {
  readonly #host: Host
  #waiting: string[] = []
  #next: Promise<void> | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(host: Host) {
    this.#host = host
  }

  /** Resolves when the tree is gone. `rm` walks by file descriptors: no symlink and no mount is ever entered. */
  async delete(folder: string): Promise<void> {
    if (await deleteUntouched(folder)) return
    this.#waiting.push(folder)
    this.#next ??= this.#running.then(() => this.#flush())
    await this.#next
  }

  async #flush(): Promise<void> {
    const folders = this.#waiting
    this.#waiting = []
    this.#next = undefined
    const done = this.#host.run('rm', ['-rf', '--one-file-system', '--', ...folders])
    this.#running = done.then(
      () => undefined,
      () => undefined,
    )
    await done
  }
}

/** Parts of a snapshot, inner ones first; each is a file to unlink or a folder that must be empty. */
const PARTS = [
  ['on', unlink],
  ['fs', rmdir],
  ['work/work', rmdir],
  ['work', rmdir],
  ['', rmdir],
] as const

/** Deletes a snapshot that nothing was written to, which is worth no process; false when there is more in it. */
const deleteUntouched = async (folder: string): Promise<boolean> => {
  for (const [name, remove] of PARTS) {
    try {
      await remove(join(folder, name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false
    }
  }
  return true
}
