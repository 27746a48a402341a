import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fetch } from 'undici'
import { AppError, messageOf } from '../../../errors/app-error.ts'
import { readTar } from '../../../lib/tar/read-tar.ts'
import { type TarSource, writeTar } from '../../../lib/tar/write-tar.ts'
import type { ProgressMessage } from '../../../port/common.ts'
import type { ContainerConfig } from '../../../port/containers.ts'
import { type AptSource, debianSources, readAptSources } from './apt-sources.ts'
import { DEFAULT_PATH, addBaseImage } from './base-image.ts'
import type { BootstrapParts } from './busybox.ts'

export interface DebianTarget {
  /** Canonical name of the image. */
  readonly name: string
  readonly suite: string
  /** Without manual pages, translations and most documentation. */
  readonly slim: boolean
  readonly mirror?: string
  readonly epoch?: number
}

/** `debian:SUITE[-slim]`: Debian's minimal system with a working apt, made by mmdebstrap from the host's mirror. */
export async function* bootstrapDebian(
  parts: BootstrapParts,
  target: DebianTarget,
): AsyncGenerator<ProgressMessage, void, undefined> {
  const { store, temporary, signal } = parts
  const sources = debianSources(target.suite, await readAptSources(), target.mirror)
  const epoch = target.epoch ?? (await releaseDate(sources, signal))
  const top = join(temporary, `${target.suite}-${randomBytes(6).toString('hex')}`)
  const [folder, file] = [join(top, 'work'), join(top, 'rootfs.tar')]
  await mkdir(folder, { recursive: true, mode: 0o755 })
  try {
    yield* runMmdebstrap(parts, { target, sources, epoch, folder, file })
    yield { status: 'Unpacking the root file system' }
    await addBaseImage(store, {
      name: target.name,
      archive: writeTar(finishTree(createReadStream(file, { highWaterMark: 1 << 18 }), { sources, epoch }), 'latin1'),
      epoch,
      config: debianConfig(target, sources),
      createdBy: `bootstrap debian # mmdebstrap --variant=minbase ${target.suite} ${sources[0]?.uri}`,
      ...(signal ? { signal } : {}),
    })
  } finally {
    await parts.host.run('rm', ['-rf', '--one-file-system', '--', top])
  }
}

const debianConfig = ({ suite, slim }: DebianTarget, sources: readonly AptSource[]): ContainerConfig => ({
  Env: [`PATH=${DEFAULT_PATH}`],
  Cmd: ['bash'],
  Labels: {
    'org.opencontainers.image.title': 'debian',
    'org.opencontainers.image.version': suite + (slim ? '-slim' : ''),
    'org.opencontainers.image.description': `Debian ${suite} by mmdebstrap from ${sources[0]?.uri}, made by image bootstrap`,
  },
})

interface Run {
  readonly target: DebianTarget
  readonly sources: readonly AptSource[]
  readonly epoch: number
  /** Where it works. */
  readonly folder: string
  /** Where the archive goes. */
  readonly file: string
}

/** In namespaces of its own, so that its mounts and processes go with it however it ends. */
const ISOLATED = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL']
/** Messages on standard output; and where there is memory, its folder in it: dpkg writes and syncs every file. */
const IN_MEMORY = 'mount -t tmpfs -o size=75%,mode=0755 tmpfs "$0" && exec "$@" 2>&1'
const ON_DISK = 'exec "$@" 2>&1'
const MEMORY_NEEDED = 2 * 1024 ** 3

/** Runs it with its messages on standard output, which are passed on. */
async function* runMmdebstrap(parts: BootstrapParts, run: Run): AsyncGenerator<ProgressMessage, void, undefined> {
  const { host, cache, signal } = parts
  const packages = join(cache, 'debs', run.target.suite)
  await mkdir(packages, { recursive: true, mode: 0o755 })
  await host.run('mmdebstrap', ['--version'], signal ? { signal } : {})
  const args = mmdebstrapArguments(run, packages)
  const script = freemem() >= MEMORY_NEEDED ? IN_MEMORY : ON_DISK
  const child = host.start('unshare', [...ISOLATED, 'sh', '-c', script, run.folder, 'mmdebstrap', ...args], {
    env: { LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: String(run.epoch), TMPDIR: run.folder },
  })
  const onAbort = (): void => child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  const said: string[] = []
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line)
      if (line.startsWith('I: ')) yield { status: sentence(line.slice('I: '.length)) }
    }
    await child.done
  } catch (cause) {
    signal?.throwIfAborted()
    const errors = said.filter((line) => /^[EW]: /.test(line))
    const why = (errors.length > 0 ? errors : said).slice(-3).join('; ')
    throw new AppError('E_IMAGE_BOOTSTRAP', `Cannot make Debian "${run.target.suite}": ${why}`, { cause, hint: HINT })
  } finally {
    signal?.removeEventListener('abort', onAbort)
    child.kill('SIGKILL')
  }
}

const HINT = 'Check that the suite exists on the mirror and that the mirror can be reached'

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Packages are taken from the cache where they are there, and put there for the next time. */
const mmdebstrapArguments = ({ target, sources, file }: Run, packages: string): string[] => {
  const archives = '/var/cache/apt/archives/'
  return [
    '--mode=root',
    '--variant=minbase',
    '--format=tar',
    '--skip=download/empty,essential/unlink',
    `--setup-hook=mkdir -p "$1"${archives}`,
    `--setup-hook=sync-in ${packages} ${archives}`,
    `--customize-hook=sync-out ${archives} ${packages}`,
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    ...(target.slim ? SLIM.map((option) => `--dpkgopt=${option}`) : []),
    target.suite,
    file,
    ...sources.map(({ uri, suite }) => `deb ${uri} ${suite} main`),
  ]
}

/** What Debian's own slim images leave out. */
const SLIM = [
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/groff/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/linda/*',
  'path-exclude=/usr/share/lintian/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/man/*',
]

/** Unix seconds of the suite's Release file: all packages of a release were there by then. */
const releaseDate = async ([main]: readonly AptSource[], signal?: AbortSignal): Promise<number> => {
  const url = `${main?.uri}/dists/${main?.suite}/Release`
  const failed = (why: string, cause?: unknown): AppError =>
    new AppError('E_IMAGE_BOOTSTRAP', `Cannot read "${url}": ${why}`, { cause, hint: HINT })
  let text: string
  try {
    const answer = await fetch(url, { signal: signal ?? null })
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`)
    text = await answer.text()
  } catch (error) {
    signal?.throwIfAborted()
    throw failed(messageOf(error), error)
  }
  const date = Date.parse(/^Date: (.*)$/m.exec(text)?.[1] ?? '')
  if (Number.isNaN(date)) throw failed('it has no date')
  return date / 1000
}

const POLICY_RC = `#!/bin/sh
# Nothing starts services in a container: whoever wants one runs it.
exit 101
`
const CLEAN = ['/var/cache/apt/archives/*.deb', '/var/cache/apt/archives/partial/*.deb', '/var/cache/apt/*.bin']
const REMOVE = `rm -f ${CLEAN.join(' ')} || true`

/** Settings that make apt and dpkg fit into images, as the official images have them. */
const SETTINGS: readonly (readonly [path: string, mode: number, text: string])[] = [
  ['usr/sbin/policy-rc.d', 0o755, POLICY_RC],
  ['etc/dpkg/dpkg.cfg.d/docker-apt-speedup', 0o644, 'force-unsafe-io\n'],
  [
    'etc/apt/apt.conf.d/docker-clean',
    0o644,
    `DPkg::Post-Invoke { "${REMOVE}"; };\nAPT::Update::Post-Invoke { "${REMOVE}"; };\n` +
      'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
  ],
  ['etc/apt/apt.conf.d/docker-no-languages', 0o644, 'Acquire::Languages "none";\n'],
  ['etc/apt/apt.conf.d/docker-gzip-indexes', 0o644, 'Acquire::GzipIndexes "true";\n'],
  ['etc/apt/apt.conf.d/docker-autoremove-suggests', 0o644, 'Apt::AutoRemove::SuggestsImportant "false";\n'],
]

/** Of this machine or of the making, not of the image. */
const DROPPED = /^(?:dev\/.+|etc\/(?:hostname|resolv\.conf|apt\/sources\.list|apt\/apt\.conf\.d\/99mmdebstrap))$/

/** Where mmdebstrap leaves what dpkg is not to unpack. */
const EXCLUDES = 'etc/dpkg/dpkg.cfg.d/99mmdebstrap'

/** The tree as mmdebstrap made it, without traces of the making and with the settings of an image. */
async function* finishTree(
  archive: AsyncIterable<Uint8Array>,
  { sources, epoch }: { sources: readonly AptSource[]; epoch: number },
): AsyncGenerator<TarSource, void, undefined> {
  for await (const { header, body } of readTar(archive, { encoding: 'latin1' })) {
    const name = header.name.replace(/^\.?\//, '').replace(/\/$/, '')
    if (DROPPED.test(name)) continue
    yield { header: { ...header, name: name === EXCLUDES ? 'etc/dpkg/dpkg.cfg.d/docker' : name || './' }, body }
  }
  const files = [...SETTINGS, ['etc/apt/sources.list.d/debian.sources', 0o644, printSources(sources)] as const]
  for (const [name, mode, text] of files) {
    const body = Buffer.from(text)
    yield { header: { name, mode, type: 'file', uid: 0, gid: 0, size: body.length, mtime: epoch }, body: [body] }
  }
}

const printSources = (sources: readonly AptSource[]): string => {
  const uris = [...new Set(sources.map(({ uri }) => uri))]
  const stanzas = uris.map((uri) => {
    const suites = sources.filter((source) => source.uri === uri).map(({ suite }) => suite)
    return [
      'Types: deb',
      `URIs: ${uri}`,
      `Suites: ${suites.join(' ')}`,
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
    ].join('\n')
  })
  return `${stanzas.join('\n\n')}\n`
}
