import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { type TarEntry, readTar } from '../../lib/tar/read-tar.ts'
import { TarError } from '../../lib/tar/tar-header.ts'
import type { Host } from '../host/host.ts'
import { decompressed } from '../snapshot/decompress.ts'
import { filterLayer } from '../snapshot/layer-filter.ts'
import { extractTar } from '../snapshot/unpack.ts'
import { resolveInRoot } from './in-root.ts'
import { applyIgnore, parseIgnore } from './ignore.ts'

/** A build context on disk, without what .dockerignore leaves out. Gone when disposed. */
export interface BuildContext extends AsyncDisposable {
  readonly folder: string
  /** Text of the Dockerfile, also when it is ignored itself. */
  readonly dockerfile: string
}

const MAX_DOCKERFILE = 16 << 20

/**
 * Unpacks a context (plain or compressed tar) below `temporary`; owners are not kept, as Docker does not keep them.
 * @throws E_BUILD_CONTEXT
 */
export const openContext = async (
  archive: AsyncIterable<Uint8Array>,
  options: { host: Host; temporary: string; dockerfile: string; signal: AbortSignal },
): Promise<BuildContext> => {
  const top = join(options.temporary, `context-${randomBytes(8).toString('hex')}`)
  const folder = join(top, 'files')
  const dispose = (): Promise<void> => rm(top, { recursive: true, force: true })
  await mkdir(top, { recursive: true, mode: 0o700 })
  await mkdir(folder)
  try {
    const entries = plainEntries(readTar(decompressed(archive, options), { encoding: 'latin1' }))
    await extractTar(filterLayer(entries, { whiteouts: false }), folder, options)
    const dockerfile = await readText(folder, options.dockerfile)
    if (dockerfile === undefined) {
      throw new AppError('E_BUILD_CONTEXT', `Cannot locate specified Dockerfile: ${options.dockerfile}`)
    }
    const ignore =
      (await readText(folder, `${options.dockerfile}.dockerignore`)) ?? (await readText(folder, '.dockerignore'))
    await applyIgnore(folder, parseIgnore(ignore ?? ''))
    return { folder, dockerfile, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    if (!(error instanceof TarError)) throw error
    throw new AppError('E_BUILD_CONTEXT', `Cannot unpack the build context: ${error.message}`, { cause: error })
  }
}

async function* plainEntries(entries: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry, void, undefined> {
  for await (const { header, body } of entries) yield { header: { ...header, uid: 0, gid: 0 }, body }
}

const readText = async (folder: string, path: string): Promise<string | undefined> => {
  const found = await resolveInRoot(folder, path)
  if (!found.stats?.isFile() || found.stats.size > MAX_DOCKERFILE) return undefined
  return readFile(join(folder, found.path), 'utf8')
}
