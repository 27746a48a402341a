import type { HostFacts } from '../../../../src/engine/runtime/host-facts.ts'
import { capabilitiesOf } from '../../../../src/engine/runtime/capabilities.ts'

/** A machine that can do everything, but for what a test takes away. */
export const facts = (changes: Partial<HostFacts> = {}): HostFacts => ({
  cgroupVersion: 2,
  swapLimit: true,
  boundingCapabilities: new Set(capabilitiesOf('1ffffffffff')),
  hardLimits: new Map(),
  leastOomScore: -1000,
  architecture: 'x64',
  kernel: [6, 1],
  cpus: 4,
  seccomp: true,
  apparmor: false,
  selinux: false,
  thermalPaths: ['/sys/devices/system/cpu/cpu0/thermal_throttle'],
  devicesAt: () => [],
  isFolder: (path) => !path.includes('.'),
  ...changes,
})
