import type { HostConfig } from '../../port/containers.ts'

/** Files and folders that tell of the host, or steer it: Docker's and Podman's lists together. */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
]

const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

/**
 * Paths that a container finds empty, and paths that it cannot write. A list in the configuration, also an empty one,
 * takes the place of the default; a privileged container has none.
 */
export const systemPaths = (
  hostConfig: Pick<HostConfig, 'MaskedPaths' | 'ReadonlyPaths' | 'Privileged'>,
  options: { open: boolean; thermalPaths: readonly string[] },
): { masked: readonly string[]; readOnly: readonly string[] } => {
  if (hostConfig.Privileged || options.open) return { masked: [], readOnly: [] }
  return {
    masked: hostConfig.MaskedPaths ?? [...MASKED, ...options.thermalPaths],
    readOnly: hostConfig.ReadonlyPaths ?? READ_ONLY,
  }
}
