import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { availableParallelism, release } from 'node:os'
import type { Cgroups } from '../host/cgroups.ts'
import { capabilitiesOf } from './capabilities.ts'
import { type HostDevice, devicesAt } from './devices.ts'

/** What a spec depends on of the machine; read once an engine. */
export interface HostFacts {
  readonly cgroupVersion: 1 | 2
  /** False: memory can be limited, memory plus swap cannot. */
  readonly swapLimit: boolean
  readonly boundingCapabilities: ReadonlySet<string>
  /** `RLIMIT_NOFILE` → the highest hard limit that may be given; no entry: any. */
  readonly hardLimits: ReadonlyMap<string, number>
  /** The lowest oom_score_adj that may be given. */
  readonly leastOomScore: number
  /** Node's `process.arch`. */
  readonly architecture: string
  readonly kernel: readonly [major: number, minor: number]
  readonly cpus: number
  readonly seccomp: boolean
  readonly apparmor: boolean
  readonly selinux: boolean
  /** /sys/devices/system/cpu/cpuN/thermal_throttle of every processor that has it. */
  readonly thermalPaths: readonly string[]
  /** The device at a path of the host, or all those below a folder. */
  devicesAt(path: string): readonly HostDevice[]
  /** True for a folder of the host. */
  isFolder(path: string): boolean
}

const CPU_ROOT = '/sys/devices/system/cpu'

export const readHostFacts = (cgroups: Cgroups): HostFacts => {
  const status = readFileSync('/proc/self/status', 'utf8')
  const bounding = new Set(capabilitiesOf(field(status, 'CapBnd')))
  const mayRaise = new Set(capabilitiesOf(field(status, 'CapEff'))).has('CAP_SYS_RESOURCE')
  const [major = 0, minor = 0] = release().split(/[.-]/).map(Number)
  return {
    cgroupVersion: cgroups.version,
    swapLimit: cgroups.swapLimit,
    boundingCapabilities: bounding,
    hardLimits: mayRaise
      ? new Map([['RLIMIT_NOFILE', Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'))]])
      : parseLimits(readFileSync('/proc/self/limits', 'utf8')),
    leastOomScore: mayRaise ? -1000 : Number(readFileSync('/proc/self/oom_score_adj', 'utf8')),
    architecture: process.arch,
    kernel: [major, minor],
    cpus: availableParallelism(),
    seccomp: existsSync('/proc/sys/kernel/seccomp'),
    apparmor: existsSync('/sys/kernel/security/apparmor'),
    selinux: existsSync('/sys/fs/selinux/enforce'),
    thermalPaths: readdirSync(CPU_ROOT)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => `${CPU_ROOT}/${name}/thermal_throttle`)
      .filter((path) => existsSync(path)),
    devicesAt,
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  }
}

/** The value of a line `Name:\tvalue` of /proc/PID/status. */
export const field = (status: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? ''

/** Rows of /proc/PID/limits → resource. */
const LIMIT_NAMES: Readonly<Record<string, string>> = {
  'Max cpu time': 'RLIMIT_CPU',
  'Max file size': 'RLIMIT_FSIZE',
  'Max data size': 'RLIMIT_DATA',
  'Max stack size': 'RLIMIT_STACK',
  'Max core file size': 'RLIMIT_CORE',
  'Max resident set': 'RLIMIT_RSS',
  'Max processes': 'RLIMIT_NPROC',
  'Max open files': 'RLIMIT_NOFILE',
  'Max locked memory': 'RLIMIT_MEMLOCK',
  'Max address space': 'RLIMIT_AS',
  'Max file locks': 'RLIMIT_LOCKS',
  'Max pending signals': 'RLIMIT_SIGPENDING',
  'Max msgqueue size': 'RLIMIT_MSGQUEUE',
  'Max nice priority': 'RLIMIT_NICE',
  'Max realtime priority': 'RLIMIT_RTPRIO',
  'Max realtime timeout': 'RLIMIT_RTTIME',
}

/** Hard limits of /proc/PID/limits; those that are unlimited have no entry. */
export const parseLimits = (text: string): Map<string, number> => {
  const limits = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^(Max [a-z ]+?)\s{2,}\S+\s+(\d+)/.exec(line)
    const name = match && LIMIT_NAMES[match[1] ?? '']
    if (match && name) limits.set(name, Number(match[2]))
  }
  return limits
}
