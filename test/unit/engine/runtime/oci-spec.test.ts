import { describe, expect, it } from 'vitest'
import type { HostConfig } from '../../../../src/port/containers.ts'
import { capabilitiesOf } from '../../../../src/engine/runtime/capabilities.ts'
import { checkHostConfig, ociSpec } from '../../../../src/engine/runtime/oci-spec.ts'
import type { OciInput } from '../../../../src/engine/runtime/part.ts'
import { facts } from './facts.ts'

const input = (hostConfig: HostConfig = {}, more: Partial<OciInput> = {}): OciInput => ({
  id: 'abc',
  rootfs: '/run/rootfs',
  process: {
    args: ['sleep', '1'],
    env: ['PATH=/bin'],
    cwd: '/work',
    tty: false,
    user: { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root' },
    privileged: false,
  },
  config: {},
  hostConfig,
  hostname: 'abc',
  mounts: [],
  cgroupsPath: '/tsc-000000/abc',
  ...more,
})
const specOf = (...args: Parameters<typeof input>) => ociSpec(input(...args), facts()).spec

describe('ociSpec', () => {
  it("is Docker's for a container that asks for nothing", () => {
    const { spec, warnings } = ociSpec(input(), facts())
    expect(warnings).toEqual([])
    expect(spec).toMatchObject({
      ociVersion: '1.0.2',
      root: { path: '/run/rootfs', readonly: false },
      hostname: 'abc',
      process: {
        terminal: false,
        cwd: '/work',
        args: ['sleep', '1'],
        env: ['PATH=/bin', 'HOME=/root'],
        user: { uid: 0, gid: 0, additionalGids: [0, 10] },
        noNewPrivileges: false,
        oomScoreAdj: 0,
      },
      linux: {
        cgroupsPath: '/tsc-000000/abc',
        rootfsPropagation: 'private',
        readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      },
    })
    expect(spec.process).not.toHaveProperty('rlimits')
    expect(spec.linux.maskedPaths).toEqual(
      expect.arrayContaining(['/proc/kcore', '/sys/firmware', '/sys/devices/system/cpu/cpu0/thermal_throttle']),
    )
    expect(spec.linux.seccomp?.architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'])
  })

  it('takes everything away from a privileged container', () => {
    const spec = specOf({ Privileged: true })
    expect(spec.linux).toMatchObject({
      maskedPaths: [],
      readonlyPaths: [],
      resources: { devices: [{ allow: true, access: 'rwm' }] },
    })
    expect(spec.linux).not.toHaveProperty('seccomp')
    expect(spec.process.capabilities.bounding).toEqual(capabilitiesOf('1ffffffffff'))
  })

  it.each([
    [{}, {}, ['mount', 'network', 'uts', 'ipc', 'pid', 'cgroup']],
    [{ NetworkMode: 'host', PidMode: 'host', IpcMode: 'host', UTSMode: 'host' }, {}, ['mount', 'cgroup']],
    [{ CgroupnsMode: 'host' }, {}, ['mount', 'network', 'uts', 'ipc', 'pid']],
    [
      { NetworkMode: 'default' },
      { netnsPath: '/run/netns/x', ipcPath: '/proc/7/ns/ipc', pidPath: '/proc/7/ns/pid' },
      ['mount', 'network /run/netns/x', 'uts', 'ipc /proc/7/ns/ipc', 'pid /proc/7/ns/pid', 'cgroup'],
    ],
  ])('joins namespaces for %j', (hostConfig, more, namespaces) => {
    const spec = specOf(hostConfig, more)
    expect(spec.linux.namespaces.map(({ type, path }) => (path ? `${type} ${path}` : type))).toEqual(namespaces)
    expect('hostname' in spec).toBe(namespaces.includes('uts'))
  })

  it("shares the host's cgroup namespace on cgroup v1", () => {
    const { spec } = ociSpec(input(), facts({ cgroupVersion: 1 }))
    expect(spec.linux.namespaces.map(({ type }) => type)).not.toContain('cgroup')
  })

  it('puts tini before the command of a container that wants an init process', () => {
    const spec = specOf({ Init: true }, { initPath: '/usr/bin/tini-static' })
    expect(spec.process.args).toEqual(['/sbin/docker-init', '--', 'sleep', '1'])
    expect(spec.mounts.at(-1)).toEqual({
      destination: '/sbin/docker-init',
      type: 'bind',
      source: '/usr/bin/tini-static',
      options: ['bind', 'ro'],
    })
    expect(() => specOf({ Init: true })).toThrow('tini is not installed')
    expect(specOf({ Init: true, PidMode: 'host' }).process.args).toEqual(['sleep', '1'])
  })

  it('opens the root to propagation as far as a mount asks', () => {
    const mount = { type: 'bind', source: '/a', destination: '/a', readOnly: false } as const
    expect(specOf({}, { mounts: [{ ...mount, options: ['rslave'] }] }).linux.rootfsPropagation).toBe('slave')
    expect(specOf({}, { mounts: [{ ...mount, options: ['shared'] }] }).linux.rootfsPropagation).toBe('shared')
  })

  it('hands a terminal its size', () => {
    const process = { ...input().process, tty: true, consoleSize: { rows: 24, columns: 80 } }
    expect(specOf({}, { process }).process).toMatchObject({ terminal: true, consoleSize: { height: 24, width: 80 } })
  })

  it('takes masks, read-only paths and limits from the configuration', () => {
    const spec = specOf({
      MaskedPaths: ['/proc/x'],
      ReadonlyPaths: [],
      ReadonlyRootfs: true,
      Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
      SecurityOpt: ['no-new-privileges'],
    })
    expect(spec.linux).toMatchObject({ maskedPaths: ['/proc/x'], readonlyPaths: [] })
    expect(spec.root.readonly).toBe(true)
    expect(spec.process).toMatchObject({
      noNewPrivileges: true,
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 2 }],
    })
    expect(specOf({ SecurityOpt: ['systempaths=unconfined'] }).linux.maskedPaths).toEqual([])
  })

  it('collects the warnings of all parts', () => {
    const poor = facts({ leastOomScore: 0, swapLimit: false, hardLimits: new Map([['RLIMIT_CORE', 0]]) })
    const hostConfig: HostConfig = {
      OomScoreAdj: -500,
      Memory: 10_000_000,
      SecurityOpt: ['seccomp=unconfined'],
      Ulimits: [{ Name: 'core', Soft: 1, Hard: 1 }],
    }
    const { spec, warnings } = ociSpec(input(hostConfig), poor)
    expect(spec.process.oomScoreAdj).toBe(0)
    expect(warnings).toEqual([
      'The container runs without a seccomp profile',
      'Ulimit "core" is cut to 0: the engine may not give more',
      'The OOM score -500 is raised to 0: the engine may not give less',
      'Your kernel does not support swap limit capabilities. Memory limited without swap',
    ])
  })

  it('refuses working directories that lead out and scores out of range', () => {
    expect(() => specOf({}, { process: { ...input().process, cwd: '/proc/self/fd/7' } })).toThrow('leads out')
    expect(() => specOf({ OomScoreAdj: 1001 })).toThrow('range for oom score adj is [-1000, 1000]')
  })
})

describe('checkHostConfig', () => {
  it('finds at once what a start would stumble over, but not whether devices are there', () => {
    const device = { PathOnHost: '/dev/not-there', PathInContainer: '/dev/x', CgroupPermissions: 'rwm' }
    expect(checkHostConfig({}, { Devices: [device], Init: true }, facts())).toEqual([])
    expect(() => checkHostConfig({}, { CapAdd: ['FLY'] }, facts())).toThrow('unknown capability')
    expect(() => checkHostConfig({ WorkingDir: 'work' }, {}, facts())).toThrow('absolute path')
    expect(checkHostConfig({}, { SecurityOpt: ['seccomp=unconfined'] }, facts())).toHaveLength(1)
  })
})
