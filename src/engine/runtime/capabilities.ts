import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import type { OciCapabilities } from './oci.ts'

/** linux/capability.h, by bit number. */
const NAMES = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
]
  .join(' ')
  .split(' ')
  .map((name) => `CAP_${name}`)

/** Docker's fourteen. */
const DEFAULTS = new Set(
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map((name) => `CAP_${name}`),
)

const ALL = 'ALL'

/** Names of a mask in hexadecimal, as /proc/PID/status has it; bits without a name are left out. */
export const capabilitiesOf = (hex: string): string[] => {
  const mask = BigInt(`0x${hex || '0'}`)
  return NAMES.filter((_name, bit) => (mask >> BigInt(bit)) & 1n)
}

/** The mask of names, as /proc/PID/status prints it. */
export const capabilityMask = (names: readonly string[]): string =>
  names
    .reduce((mask, name) => mask | (1n << BigInt(NAMES.indexOf(name))), 0n)
    .toString(16)
    .padStart(16, '0')

/**
 * The bounding set of a container: Docker's defaults, with cap_add and cap_drop (`ALL`, and names with or without
 * `CAP_`), cut to what the host itself may give. Something asked for by name that the host lacks is a warning.
 *
 * @throws E_RUNTIME_OPTION for a name that no kernel knows
 */
export const boundingSet = (
  hostConfig: Pick<HostConfig, 'CapAdd' | 'CapDrop' | 'Privileged'>,
  host: ReadonlySet<string>,
): { names: string[]; warnings: string[] } => {
  const add = normalize(hostConfig.CapAdd, 'CapAdd')
  const drop = normalize(hostConfig.CapDrop, 'CapDrop')
  const wanted = new Set(hostConfig.Privileged ? NAMES : tweak(add, drop))
  const lacking = NAMES.filter((name) => wanted.has(name) && add.has(name) && !host.has(name))
  return {
    names: NAMES.filter((name) => wanted.has(name) && host.has(name)),
    warnings: lacking.map((name) => `Capability "${name}" is not given: the engine does not have it itself`),
  }
}

/** As in Docker: an added capability wins over the same one dropped, and ALL added over ALL dropped. */
const tweak = (add: ReadonlySet<string>, drop: ReadonlySet<string>): readonly string[] => {
  if (add.has(ALL)) return NAMES.filter((name) => !drop.has(name))
  if (drop.has(ALL)) return [...add]
  return [...[...DEFAULTS].filter((name) => !drop.has(name)), ...add]
}

const normalize = (list: readonly string[] | null | undefined, option: string): Set<string> => {
  const names = new Set<string>()
  for (const given of list ?? []) {
    const upper = given.toUpperCase()
    if (upper === ALL || upper === 'CAP_ALL') {
      names.add(ALL)
      continue
    }
    const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`
    if (!NAMES.includes(name)) {
      throw new AppError('E_RUNTIME_OPTION', `invalid ${option}: unknown capability: "${name}"`)
    }
    names.add(name)
  }
  return names
}

/**
 * The five sets of a process. Inheritable and ambient stay empty, and a user other than root gets nothing but the
 * bound: what execve(2) would leave it with.
 */
export const capabilitySets = (bounding: readonly string[], uid: number): OciCapabilities => {
  const held = uid === 0 ? bounding : []
  return { bounding, effective: held, permitted: held, inheritable: [], ambient: [] }
}
