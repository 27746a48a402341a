import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

export interface FileLock {
  release(): void
}

/**
 * An exclusive lock on a file, or undefined when another process holds it.
 * The lock belongs to the open file, so the kernel drops it when this process dies, however it dies;
 * flock(1) only makes the call that Node lacks, on our descriptor.
 */
export const lockFile = async (path: string): Promise<FileLock | undefined> => {
  const descriptor = openSync(path, 'a', 0o600)
  const child = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  if (exitCode === 0) return { release: () => closeSync(descriptor) }
  closeSync(descriptor)
  return undefined
}
