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
  delete(folder: string): Promise<void> {
    this.#waiting.push(folder)
    this.#next ??= this.#running.then(() => this.#flush())
    return this.#next
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
