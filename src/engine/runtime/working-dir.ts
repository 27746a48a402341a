import { posix } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { type MakeOptions, mkdirInside } from './rootfs-files.ts'

/** Paths that lead out through a process of its own: descriptors, roots and folders (CVE-2024-21626). */
const MAGIC = /^\/(proc\/(self|thread-self|\d+)(\/|$)|dev\/(fd|stdin|stdout|stderr)(\/|$))/

/**
 * The working directory of a process, cleaned; empty is `/`.
 *
 * @throws E_RUNTIME_PATH when it is relative, or goes through a process's files
 */
export const workingDir = (path: string): string => {
  if (path === '') return '/'
  if (!path.startsWith('/')) {
    throw new AppError('E_RUNTIME_PATH', `the working directory '${path}' is invalid, it needs to be an absolute path`)
  }
  const normal = posix.normalize(path)
  if (MAGIC.test(normal) || MAGIC.test(path) || path.includes('\0')) {
    throw new AppError('E_RUNTIME_PATH', `the working directory '${path}' is invalid, it leads out of the container`)
  }
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

/**
 * Makes the working directory where the image lacks it, with the mode and owner given (0755, root).
 *
 * @throws E_RUNTIME_PATH as {@link workingDir}, also when a link of the image leads to such a place
 */
export const makeWorkingDir = (rootfs: string, path: string, owner: MakeOptions = {}): void => {
  const made = mkdirInside(rootfs, workingDir(path), owner)
  workingDir(made.path)
}
