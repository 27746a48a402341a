import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../errors/app-error.ts'
import { randomBytes } from 'node:crypto'
import type { ProgressMessage } from '../../../port/common.ts'
import type { TarSource } from '../../../lib/tar/write-tar.ts'
import { writeTar } from '../../../lib/tar/write-tar.ts'
import type { Host } from '../../host/host.ts'
import type { ImageStore } from '../image-store.ts'
import { ADDGROUP, ADDUSER } from './account-scripts.ts'
import { DEFAULT_PATH, addBaseImage } from './base-image.ts'

export interface BootstrapParts {
  readonly store: ImageStore
  readonly host: Host
  /** Folder for what is worth keeping between runs: packages. */
  readonly cache: string
  /** Folder for what is not. */
  readonly temporary: string
  readonly signal?: AbortSignal
}

interface Busybox {
  readonly binary: Buffer
  /** Paths of the applets, `bin/sh`. */
  readonly applets: readonly string[]
  readonly version: string
  /** When the package was built, Unix seconds. */
  readonly epoch: number
}

/** `busybox`: Debian's busybox-static with all of its applets, about 2 MB. */
export async function* bootstrapBusybox(
  parts: BootstrapParts,
  target: { name: string; epoch?: number },
): AsyncGenerator<ProgressMessage, void, undefined> {
  const installed = await findInstalled()
  if (!installed) yield { status: 'Downloading package busybox-static' }
  const busybox = installed ? await inspectBusybox(parts, installed) : await downloaded(parts)
  yield { status: `Making the root file system of busybox-static ${busybox.version}` }
  const epoch = target.epoch ?? busybox.epoch
  await addBaseImage(parts.store, {
    name: target.name,
    archive: writeTar(busyboxTree(busybox, epoch)),
    epoch,
    config: {
      Env: [`PATH=${DEFAULT_PATH}`],
      Cmd: ['sh'],
      Labels: {
        'org.opencontainers.image.title': 'busybox',
        'org.opencontainers.image.version': busybox.version,
        'org.opencontainers.image.description': `busybox-static ${busybox.version} of Debian, made by image bootstrap`,
      },
    },
    createdBy: `bootstrap busybox # busybox-static ${busybox.version}`,
    ...(parts.signal ? { signal: parts.signal } : {}),
  })
}

const findInstalled = async (): Promise<string | undefined> => {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    if (await isStatic(path)) return path
  }
  return undefined
}

const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46])
const PT_INTERP = 3

/** True for a 64-bit ELF file that asks for no dynamic loader (elf(5)): only such a busybox runs on its own. */
const isStatic = async (path: string): Promise<boolean> => {
  const file = await readFile(path).catch(() => undefined)
  if (!file || file.length < 64 || !file.subarray(0, 4).equals(ELF_MAGIC) || file[4] !== 2) return false
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)]
  for (let i = 0; i < count; i++) {
    const at = table + i * size
    if (at + 4 > file.length || file.readUInt32LE(at) === PT_INTERP) return false
  }
  return true
}

/** Unpacks the package from the distribution's mirror; the package itself stays in the cache. */
const downloaded = async (parts: BootstrapParts): Promise<Busybox> => {
  const { host, cache, temporary, signal } = parts
  const packages = join(cache, 'packages')
  const folder = join(temporary, `busybox-${randomBytes(6).toString('hex')}`)
  await mkdir(packages, { recursive: true, mode: 0o755 })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const options = signal ? { signal } : {}
  try {
    const unsandboxed = ['-o', 'APT::Sandbox::User=root']
    await host.run('apt-get', [...unsandboxed, '-q', 'download', 'busybox-static'], { cwd: packages, ...options })
    const { stdout } = await host.run('find', [packages, '-name', 'busybox-static_*.deb', '-printf', '%T@ %p\\n'])
    const newest = stdout.trim().split('\n').sort().at(-1)?.split(' ')[1]
    if (!newest) throw new AppError('E_IMAGE_BOOTSTRAP', 'Cannot make image "busybox": apt-get downloaded no package')
    await host.run('dpkg-deb', ['--extract', newest, folder], options)
    const { stdout: version } = await host.run('dpkg-deb', ['--field', newest, 'Version'])
    return await inspectBusybox(parts, await firstThatIsThere(folder), version.trim())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const firstThatIsThere = async (folder: string): Promise<string> => {
  for (const path of [join(folder, 'bin/busybox'), join(folder, 'usr/bin/busybox')])
    if (await isStatic(path)) return path
  throw new AppError('E_IMAGE_BOOTSTRAP', 'Cannot make image "busybox": the package holds no static busybox')
}

const inspectBusybox = async ({ host }: BootstrapParts, path: string, known?: string): Promise<Busybox> => {
  const [binary, { mtimeMs }, list, version] = await Promise.all([
    readFile(path),
    stat(path),
    host.run(path, ['--list-full']),
    known ?? packageVersion(host),
  ])
  const applets = list.stdout.split('\n').filter((line) => line !== '' && line !== 'bin/busybox')
  return { binary, applets, version, epoch: Math.floor(mtimeMs / 1000) }
}

const packageVersion = async (host: Host): Promise<string> => {
  const { exitCode, stdout } = await host
    .run('dpkg-query', ['--show', '--showformat=${Version}', 'busybox-static'], { allowFailure: true })
    .catch(() => ({ exitCode: 1, stdout: '' }))
  return exitCode === 0 && stdout !== '' ? stdout : 'of this machine'
}

const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ['bin', 0o755],
  ['dev', 0o755],
  ['etc', 0o755],
  ['home', 0o755],
  ['proc', 0o755],
  ['root', 0o700],
  ['run', 0o755],
  ['sbin', 0o755],
  ['sys', 0o755],
  ['tmp', 0o1777],
  ['usr', 0o755],
  ['usr/bin', 0o755],
  ['usr/sbin', 0o755],
  ['var', 0o755],
  ['var/log', 0o755],
  ['var/spool', 0o755],
  ['var/tmp', 0o1777],
]

const ACCOUNTS = [
  'root:0:0:/root:/bin/sh',
  'daemon:1:1:/usr/sbin:/bin/false',
  'bin:2:2:/bin:/bin/false',
  'sys:3:3:/dev:/bin/false',
  'mail:8:8:/var/spool/mail:/bin/false',
  'www-data:33:33:/var/www:/bin/false',
  'operator:37:37:/var:/bin/false',
  'nobody:65534:65534:/home:/bin/false',
].map((line) => line.split(':'))
const OTHER_GROUPS = ['adm:4', 'tty:5', 'disk:6', 'wheel:10', 'utmp:43', 'staff:50', 'users:100']

const lines = (rows: readonly string[]): string => `${rows.join('\n')}\n`

const FILES: readonly (readonly [path: string, mode: number, text: string])[] = [
  [
    'etc/passwd',
    0o644,
    lines(ACCOUNTS.map(([name, uid, gid, home, shell]) => `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`)),
  ],
  ['etc/shadow', 0o640, lines(ACCOUNTS.map(([name]) => `${name}:*:19000:0:99999:7:::`))],
  [
    'etc/group',
    0o644,
    lines([
      ...ACCOUNTS.map(([name, , gid]) => `${name}:x:${gid}:`),
      ...OTHER_GROUPS.map((group) => group.replace(':', ':x:') + ':'),
    ]),
  ],
  ['usr/sbin/adduser', 0o755, ADDUSER],
  ['usr/sbin/addgroup', 0o755, ADDGROUP],
  ['etc/shells', 0o644, lines(['/bin/sh', '/bin/ash'])],
  ['etc/nsswitch.conf', 0o644, lines(['passwd: files', 'group: files', 'hosts: files dns'])],
]

/** The entries of the root file system, parents first. */
function* busyboxTree({ binary, applets }: Busybox, mtime: number): Generator<TarSource, void, undefined> {
  const plain = { uid: 0, gid: 0, size: 0, mtime }
  for (const [name, mode] of FOLDERS) yield { header: { ...plain, name, mode, type: 'directory' } }
  for (const [name, mode, text] of FILES) {
    const body = Buffer.from(text)
    yield { header: { ...plain, name, mode, type: 'file', size: body.length }, body: [body] }
  }
  yield {
    header: { ...plain, name: 'bin/busybox', mode: 0o755, type: 'file', size: binary.length },
    body: [binary],
  }
  for (const name of applets.filter((applet) => !FILES.some(([path]) => path === applet))) {
    yield { header: { ...plain, name, mode: 0o777, type: 'symlink', linkname: '/bin/busybox' } }
  }
}
