import { type Stats, lstatSync, readdirSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import type { OciDevice, OciDeviceRule } from './oci.ts'

/** A device node of the host. */
export type HostDevice = OciDevice

/** Folders and files of /dev that a privileged container has of its own. */
const OWN = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev', 'console'])

/** The device that a path leads to, or every device below a folder; nothing when there is none. */
export const devicesAt = (path: string): HostDevice[] => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) return toDevice(path, stats)
  return readdirSync(path)
    .filter((name) => !OWN.has(name))
    .flatMap((name) => {
      const child = join(path, name)
      const entry = lstatSync(child, { throwIfNoEntry: false })
      return entry?.isDirectory() ? devicesAt(child) : entry ? toDevice(child, entry) : []
    })
}

const toDevice = (path: string, stats: Stats): HostDevice[] => {
  if (!stats.isBlockDevice() && !stats.isCharacterDevice()) return []
  const { major, minor } = deviceNumbers(stats.rdev)
  const type = stats.isBlockDevice() ? 'b' : 'c'
  return [{ path, type, major, minor, fileMode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }]
}

/** makedev(3) of Linux taken apart; the high bits stay out of JavaScript's 32-bit operators. */
export const deviceNumbers = (rdev: number): { major: number; minor: number } => {
  const low = rdev % 2 ** 32
  const high = Math.floor(rdev / 2 ** 32)
  return {
    major: ((low >>> 8) & 0xfff) + (high & ~0xfff),
    minor: (low & 0xff) + ((low >>> 12) & 0xfff00),
  }
}

const node = (type: 'c' | 'b', major: number, minor?: number): OciDeviceRule => ({
  allow: true,
  type,
  major,
  ...(minor !== undefined && { minor }),
  access: 'rwm',
})

/** Everything is closed but mknod itself and the devices that every container has: Docker's list. */
const DEFAULT_RULES: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  node('c', 1, 3),
  node('c', 1, 5),
  node('c', 1, 7),
  node('c', 1, 8),
  node('c', 1, 9),
  node('c', 5, 0),
  node('c', 5, 1),
  node('c', 5, 2),
  node('c', 136),
]

const RULE = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/

/**
 * Device nodes to make in a container beside the runtime's own (null, zero, full, random, urandom, tty), and the rules of
 * its devices cgroup.
 *
 * @throws E_RUNTIME_DEVICE when the host has not the device, E_RUNTIME_OPTION for a rule that is none
 */
export const containerDevices = (
  hostConfig: Pick<HostConfig, 'Devices' | 'DeviceCgroupRules' | 'Privileged'>,
  find: (path: string) => readonly HostDevice[],
): { devices: readonly OciDevice[]; rules: readonly OciDeviceRule[] } => {
  const mapped = (hostConfig.Devices ?? []).flatMap((mapping) => {
    const found = find(mapping.PathOnHost)
    if (found.length === 0) throw missing(mapping.PathOnHost)
    const target = mapping.PathInContainer || mapping.PathOnHost
    const access = mapping.CgroupPermissions || 'rwm'
    if (!/^[rwm]{1,3}$/.test(access)) throw option(`invalid device mode: ${access}`)
    return found.map((device) => ({
      device: { ...device, path: posix.join(target, posix.relative(mapping.PathOnHost, device.path)) },
      rule: { allow: true, type: device.type, major: device.major, minor: device.minor, access },
    }))
  })
  if (hostConfig.Privileged) {
    const own = mapped.map(({ device }) => device)
    const taken = new Set(own.map((device) => device.path))
    const all = find('/dev').filter((device) => !taken.has(device.path))
    return { devices: [...all, ...own], rules: [{ allow: true, access: 'rwm' }] }
  }
  return {
    devices: mapped.map(({ device }) => device),
    rules: [
      ...DEFAULT_RULES,
      ...mapped.map(({ rule }) => rule),
      ...(hostConfig.DeviceCgroupRules ?? []).map((text) => parseRule(text)),
    ],
  }
}

const parseRule = (text: string): OciDeviceRule => {
  const match = RULE.exec(text)
  if (!match) throw option(`invalid device cgroup rule format: '${text}'`)
  const [, type, major, minor, access = ''] = match
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    ...(major !== '*' && { major: Number(major) }),
    ...(minor !== '*' && { minor: Number(minor) }),
    access,
  }
}

const missing = (path: string): AppError =>
  new AppError(
    'E_RUNTIME_DEVICE',
    `error gathering device information while adding custom device "${path}": no such file or directory`,
  )

const option = (message: string): AppError => new AppError('E_RUNTIME_OPTION', message)
