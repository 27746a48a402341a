import { createHash } from 'node:crypto'
import { createReadStream, type Dirent, type Stats } from 'node:fs'
import { lstat, readFile, readdir, readlink, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import dockerignore from '@balena/dockerignore'
import type { BuildModel } from '../compose/model.ts'
import { AppError, messageOf } from '../errors/app-error.ts'
import type { TarHeader } from '../lib/tar/tar-header.ts'
import { type TarSource, writeTar } from '../lib/tar/write-tar.ts'
import type { BuildContext } from '../scheduler/run-options.ts'

/**
 * Packs a build's folder, without what its ignore file names, the way docker does: owned by root, with the Dockerfile
 * and the ignore file always in it. A Dockerfile that is given inline or lies outside gets a name of its own.
 * @throws E_CLI_FILE
 */
export const packContext = async (
  build: Pick<BuildModel, 'context' | 'dockerfile' | 'dockerfile_inline'>,
  { signal }: { readonly signal: AbortSignal },
): Promise<BuildContext> => {
  const { context } = build
  if (context.includes('://')) {
    throw new AppError('E_CLI_FILE', `Cannot build from "${context}": only folders are supported`)
  }
  const info = await stat(context).catch((cause: unknown) => {
    throw new AppError('E_CLI_FILE', `Cannot read the build context "${context}": ${messageOf(cause)}`, { cause })
  })
  if (!info.isDirectory()) throw new AppError('E_CLI_FILE', `Cannot build from "${context}": it is no folder`)
  const dockerfile = await findDockerfile(build)
  const ignores = await readIgnores(context, dockerfile.path)
  const entries = packEntries(context, { ignores, extra: dockerfile.extra, keep: dockerfile.path, signal })
  return { archive: writeTar(entries), ...(dockerfile.extra ? { dockerfile: dockerfile.extra.name } : {}) }
}

interface ExtraFile {
  /** Name in the archive. */
  readonly name: string
  readonly data: Buffer
}

interface DockerfilePlace {
  /** In the context; undefined when it is not a file of it. */
  readonly path?: string
  readonly extra?: ExtraFile
}

const findDockerfile = async ({
  context,
  dockerfile = 'Dockerfile',
  dockerfile_inline: inline,
}: Pick<BuildModel, 'context' | 'dockerfile' | 'dockerfile_inline'>): Promise<DockerfilePlace> => {
  if (inline !== undefined) return { extra: extraFile(Buffer.from(inline)) }
  const path = resolve(context, dockerfile)
  const inside = relative(context, path)
  const data = await readFile(path).catch((cause: unknown) => {
    throw new AppError('E_CLI_FILE', `Cannot read the Dockerfile "${path}": ${messageOf(cause)}`, { cause })
  })
  return inside.startsWith('..') || isAbsolute(inside) ? { extra: extraFile(data) } : { path: inside }
}

const extraFile = (data: Buffer): ExtraFile => ({
  name: `.dockerfile.${createHash('sha256').update(data).digest('hex').slice(0, 20)}`,
  data,
})

interface Ignores {
  ignores(path: string): boolean
  /** Some pattern takes back what another took out: then ignored folders must be looked into. */
  readonly hasExceptions: boolean
  /** The ignore file's own name. */
  readonly name: string
}

const readIgnores = async (context: string, dockerfile: string | undefined): Promise<Ignores | undefined> => {
  const names = [...(dockerfile ? [`${dockerfile}.dockerignore`] : []), '.dockerignore']
  for (const name of names) {
    const text = await readFile(join(context, name), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const matcher = dockerignore.default({ ignorecase: false }).add(text)
    return { ignores: (path) => matcher.ignores(path), hasExceptions: /^\s*!/m.test(text), name }
  }
  return undefined
}

interface PackOptions {
  readonly ignores: Ignores | undefined
  readonly extra: ExtraFile | undefined
  /** Path that is packed although it is ignored. */
  readonly keep: string | undefined
  readonly signal: AbortSignal
}

async function* packEntries(context: string, options: PackOptions): AsyncGenerator<TarSource> {
  const { extra } = options
  if (extra) {
    const header = {
      name: extra.name,
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: extra.data.length,
      mtime: 0,
    } as const
    yield { header, body: [extra.data] }
  }
  yield* packFolder(context, '', options)
}

async function* packFolder(context: string, folder: string, options: PackOptions): AsyncGenerator<TarSource> {
  const children = await readdir(join(context, folder), { withFileTypes: true })
  for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    options.signal.throwIfAborted()
    const path = folder ? `${folder}/${child.name}` : child.name
    const ignored = isIgnored(path, options)
    if (!ignored) yield* packOne(context, path, child)
    const looksInside = !ignored || options.ignores?.hasExceptions || options.keep?.startsWith(`${path}/`)
    if (child.isDirectory() && looksInside) yield* packFolder(context, path, options)
  }
}

const isIgnored = (path: string, { ignores, keep }: PackOptions): boolean =>
  ignores !== undefined && path !== keep && path !== ignores.name && ignores.ignores(path)

async function* packOne(context: string, path: string, child: Dirent): AsyncGenerator<TarSource> {
  const full = join(context, path)
  const info = await lstat(full)
  if (child.isDirectory()) yield { header: header(`${path}/`, 'directory', info) }
  if (child.isSymbolicLink()) yield { header: { ...header(path, 'symlink', info), linkname: await readlink(full) } }
  if (child.isFile()) {
    const file = { ...header(path, 'file', info), size: info.size }
    yield info.size === 0 ? { header: file } : { header: file, body: bodyOf(full, info.size) }
  }
}

const header = (name: string, type: TarHeader['type'], info: Stats): TarHeader => ({
  name,
  type,
  mode: info.mode & 0o7777,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: Math.floor(info.mtimeMs / 1000),
})

/** Exactly `size` bytes, also when the file grows meanwhile. */
async function* bodyOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  let read = 0
  for await (const chunk of createReadStream(path, { end: size - 1 })) {
    read += (chunk as Uint8Array).length
    yield chunk as Uint8Array
  }
  if (read < size) throw new AppError('E_CLI_FILE', `Cannot pack "${path}": it became shorter meanwhile`)
}
