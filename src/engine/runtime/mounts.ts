import { posix } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import type { HostFacts } from './host-facts.ts'
import type { OciMount } from './oci.ts'
import type { ResolvedMount } from './part.ts'
import { tmpfsOptions } from './tmpfs-options.ts'

type MountFacts = Pick<HostFacts, 'kernel' | 'isFolder'>

const SHM_SIZE = 64 * 1024 * 1024

/** Files of /proc that may be mounted over (LXCFS does), as in runc. */
const PROC_FILES = new Set(
  'cpuinfo diskstats loadavg meminfo slabinfo stat swaps uptime'.split(' ').map((name) => `/proc/${name}`),
)

const PROPAGATION = /^r?(private|shared|slave|unbindable)$/

/**
 * All mounts of a container in the order they are made, parents first: those that every container has, but for the ones
 * that the user's take the place of, then the user's.
 *
 * @throws E_RUNTIME_PATH for a destination that would undo the container's isolation
 */
export const containerMounts = (
  mounts: readonly ResolvedMount[],
  hostConfig: HostConfig,
  host: MountFacts,
): OciMount[] => {
  const taken = new Set(mounts.map((mount) => clean(mount.destination)))
  const tmpfs = Object.entries(hostConfig.Tmpfs ?? {})
    .filter(([destination]) => !taken.has(clean(destination)))
    .map(([destination, text]) => tmpfsMount(destination, tmpfsOptions(text)))
  const own = [...mounts.map((mount) => toOci(mount, host)), ...tmpfs]
  for (const mount of own) checkDestination(mount)
  const replaced = new Set(own.map((mount) => mount.destination))
  const defaults = defaultMounts(hostConfig).filter(
    ({ destination }) => !replaced.has(destination) && !(replaced.has('/dev') && destination.startsWith('/dev/')),
  )
  return [...defaults, ...own].sort((a, b) => depth(a) - depth(b))
}

const defaultMounts = (hostConfig: HostConfig): OciMount[] => {
  const access = hostConfig.Privileged ? [] : ['ro']
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    tmpfsMount('/dev', ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=65536k']),
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', ...access] },
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: ['nosuid', 'noexec', 'nodev', 'relatime', ...access],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
    ...sharedMemory(hostConfig),
  ]
}

const sharedMemory = ({ IpcMode, ShmSize }: HostConfig): OciMount[] => {
  if (IpcMode === 'none') return []
  if (IpcMode === 'host') {
    return [{ destination: '/dev/shm', type: 'bind', source: '/dev/shm', options: ['rbind', 'rprivate'] }]
  }
  return [tmpfsMount('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${ShmSize || SHM_SIZE}`])]
}

const tmpfsMount = (destination: string, options: string[]): OciMount => ({
  destination: clean(destination),
  type: 'tmpfs',
  source: 'tmpfs',
  options,
})

const toOci = (mount: ResolvedMount, host: MountFacts): OciMount => {
  const options = [...(mount.options ?? [])]
  if (mount.type === 'tmpfs') {
    const access = mount.readOnly && !options.includes('ro') ? ['ro'] : []
    return tmpfsMount(mount.destination, [
      ...tmpfsOptions(options.filter((o) => !PROPAGATION.test(o)).join(',')),
      ...access,
    ])
  }
  if (!options.some((option) => option === 'bind' || option === 'rbind')) options.unshift('rbind')
  if (!options.some((option) => PROPAGATION.test(option))) options.push('rprivate')
  if (mount.readOnly) options.push('ro')
  if (mount.readOnly && options.includes('rbind') && canGoDeep(mount, host)) options.push('rro')
  return { destination: clean(mount.destination), type: 'bind', source: mount.source ?? '', options }
}

/**
 * mount_setattr(2) of Linux 5.12 makes what is mounted below a bind read-only too; Docker does so since 25. A file has
 * nothing below, and crun refuses the option for it.
 */
const canGoDeep = ({ source = '' }: ResolvedMount, { kernel: [major, minor], isFolder }: MountFacts): boolean =>
  (major > 5 || (major === 5 && minor >= 12)) && isFolder(source)

const checkDestination = ({ destination, source, type }: OciMount): void => {
  if (!destination.startsWith('/')) throw refused(`mount path must be absolute: "${destination}"`)
  if (destination === '/') throw refused("invalid mount: destination can't be '/'")
  const [, top = ''] = destination.split('/')
  if (top === 'proc' && !PROC_FILES.has(destination) && !(destination === '/proc' && source === '/proc')) {
    throw refused(`"${destination}" cannot be mounted because it is inside /proc`)
  }
  const isHosts = type === 'bind' && (source === `/${top}` || source.startsWith(`/${top}/`))
  if (top === 'sys' && !isHosts) throw refused(`"${destination}" cannot be mounted because it is inside /sys`)
  if (destination === '/dev' && !isHosts) throw refused('"/dev" cannot be mounted: it is the container\'s own')
}

/** Absolute, without `..`, double or trailing slashes. */
const clean = (path: string): string => {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

const depth = (mount: OciMount): number => mount.destination.split('/').length

const refused = (message: string): AppError => new AppError('E_RUNTIME_PATH', message)
