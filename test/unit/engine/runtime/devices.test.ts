import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type HostDevice, containerDevices, deviceNumbers, devicesAt } from '../../../../src/engine/runtime/devices.ts'

const device = (path: string, type: 'c' | 'b', major: number, minor: number): HostDevice => ({
  path,
  type,
  major,
  minor,
  fileMode: 0o660,
  uid: 0,
  gid: 6,
})
const fuse = device('/dev/fuse', 'c', 10, 229)
const find = (path: string): HostDevice[] => {
  if (path === '/dev/fuse') return [fuse]
  if (path === '/dev/snd') return [device('/dev/snd/a', 'c', 116, 1), device('/dev/snd/b', 'c', 116, 2)]
  return path === '/dev' ? [fuse, device('/dev/vda', 'b', 254, 0)] : []
}
const mapping = (PathOnHost: string, PathInContainer = '', CgroupPermissions = '') => ({
  PathOnHost,
  PathInContainer,
  CgroupPermissions,
})

describe('containerDevices', () => {
  it('closes all devices before it opens those that every container has', () => {
    const { devices, rules } = containerDevices({}, find)
    expect(devices).toEqual([])
    expect(rules[0]).toEqual({ allow: false, access: 'rwm' })
    expect(rules).toContainEqual({ allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' })
    expect(rules.filter((rule) => rule.type === 'b')).toEqual([{ allow: true, type: 'b', access: 'm' }])
  })

  it('makes and opens a mapped device under the name and with the access asked for', () => {
    const { devices, rules } = containerDevices({ Devices: [mapping('/dev/fuse', '/dev/x', 'r')] }, find)
    expect(devices).toEqual([{ ...fuse, path: '/dev/x' }])
    expect(rules.at(-1)).toEqual({ allow: true, type: 'c', major: 10, minor: 229, access: 'r' })
  })

  it('maps a folder of devices', () => {
    const { devices } = containerDevices({ Devices: [mapping('/dev/snd', '/dev/sound')] }, find)
    expect(devices.map(({ path }) => path)).toEqual(['/dev/sound/a', '/dev/sound/b'])
  })

  it('gives a privileged container every device of the host once', () => {
    const { devices, rules } = containerDevices({ Privileged: true, Devices: [mapping('/dev/fuse')] }, find)
    expect(devices.map(({ path }) => path)).toEqual(['/dev/vda', '/dev/fuse'])
    expect(rules).toEqual([{ allow: true, access: 'rwm' }])
  })

  it('reads device cgroup rules', () => {
    const { rules } = containerDevices({ DeviceCgroupRules: ['c 10:* rw', 'a *:* m'] }, find)
    expect(rules.slice(-2)).toEqual([
      { allow: true, type: 'c', major: 10, access: 'rw' },
      { allow: true, type: 'a', access: 'm' },
    ])
  })

  it.each([
    [{ DeviceCgroupRules: ['c 1 r'] }, "invalid device cgroup rule format: 'c 1 r'"],
    [{ Devices: [mapping('/dev/fuse', '', 'q')] }, 'invalid device mode: q'],
    [{ Devices: [mapping('/dev/none')] }, 'adding custom device "/dev/none": no such file or directory'],
  ])('refuses %j', (hostConfig, message) => {
    expect(() => containerDevices(hostConfig, find)).toThrow(message)
  })
})

describe('devicesAt', () => {
  it('describes a device of this machine, and nothing for other files', () => {
    expect(devicesAt('/dev/zero')).toMatchObject([{ path: '/dev/zero', type: 'c', major: 1, minor: 5 }])
    expect(devicesAt('/etc/passwd')).toEqual([])
    expect(devicesAt('/dev/does-not-exist')).toEqual([])
  })

  it('looks into folders, but not into those that a container has of its own', () => {
    const paths = devicesAt('/dev').map(({ path }) => path)
    expect(paths).toContain('/dev/null')
    expect(paths.filter((path) => path.startsWith('/dev/pts'))).toEqual([])
  })
})

describe('deviceNumbers', () => {
  it('takes numbers apart as the kernel put them together', () => {
    expect(deviceNumbers(statSync('/dev/null').rdev)).toEqual({ major: 1, minor: 3 })
    expect(deviceNumbers(0x1_0000_0103)).toEqual({ major: 1, minor: 3 })
    expect(deviceNumbers(0x12f_e507)).toEqual({ major: 0xfe5, minor: 0x1207 })
    expect(deviceNumbers(0x1000 * 2 ** 32 + 0x103)).toEqual({ major: 0x1001, minor: 3 })
  })
})
