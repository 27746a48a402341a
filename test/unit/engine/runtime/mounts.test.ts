import { describe, expect, it } from 'vitest'
import { containerMounts } from '../../../../src/engine/runtime/mounts.ts'
import type { ResolvedMount } from '../../../../src/engine/runtime/part.ts'
import { facts } from './facts.ts'

const bind = (source: string, destination: string, more: Partial<ResolvedMount> = {}): ResolvedMount => ({
  type: 'bind',
  source,
  destination,
  readOnly: false,
  ...more,
})
const mountsOf = (mounts: ResolvedMount[], hostConfig = {}, host = facts()) => containerMounts(mounts, hostConfig, host)
const find = (destination: string, ...args: Parameters<typeof mountsOf>) =>
  mountsOf(...args).find((mount) => mount.destination === destination)

describe('containerMounts', () => {
  it('has the mounts of every container, parents first', () => {
    expect(mountsOf([]).map(({ destination, type }) => `${destination} ${type}`)).toEqual([
      '/proc proc',
      '/dev tmpfs',
      '/sys sysfs',
      '/dev/pts devpts',
      '/dev/mqueue mqueue',
      '/dev/shm tmpfs',
      '/sys/fs/cgroup cgroup',
    ])
  })

  it('sorts by depth and keeps the order of equals', () => {
    const own = mountsOf([bind('/a', '/x/y/z'), bind('/b', '/x'), bind('/c', '/w/'), bind('/d', '//x/./y')]).filter(
      ({ type }) => type === 'bind',
    )
    expect(own.map(({ source }) => source)).toEqual(['/b', '/c', '/d', '/a'])
    expect(own.map(({ destination }) => destination)).toEqual(['/x', '/w', '/x/y', '/x/y/z'])
  })

  it('binds recursively and privately, unless told otherwise', () => {
    expect(find('/x', [bind('/a', '/x')])?.options).toEqual(['rbind', 'rprivate'])
    expect(find('/x', [bind('/a', '/x', { options: ['bind', 'rslave'] })])?.options).toEqual(['bind', 'rslave'])
  })

  it('makes a read-only bind so all the way down where the kernel can', () => {
    const mount = bind('/a', '/x', { readOnly: true })
    expect(find('/x', [mount])?.options).toEqual(['rbind', 'rprivate', 'ro', 'rro'])
    expect(find('/x', [mount], {}, facts({ kernel: [5, 10] }))?.options).toEqual(['rbind', 'rprivate', 'ro'])
    expect(find('/x', [{ ...mount, source: '/file.txt' }])?.options).toEqual(['rbind', 'rprivate', 'ro'])
    const flat = { ...mount, options: ['bind'] }
    expect(find('/x', [flat])?.options).toEqual(['bind', 'rprivate', 'ro'])
  })

  it("gives tmpfs Docker's flags, from mounts and from HostConfig.Tmpfs once", () => {
    const mounts: ResolvedMount[] = [
      { type: 'tmpfs', destination: '/run', readOnly: false, options: ['rprivate', 'size=64m', 'exec'] },
    ]
    const all = mountsOf(mounts, { Tmpfs: { '/run/': 'size=1k', '/t': '' } }).filter(({ type }) => type === 'tmpfs')
    expect(all.filter(({ destination }) => destination === '/run')).toEqual([
      { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'size=64m', 'exec'] },
    ])
    expect(all.find(({ destination }) => destination === '/t')?.options).toEqual(['nosuid', 'noexec', 'nodev'])
  })

  it("lets the user's mounts take the place of the container's", () => {
    expect(mountsOf([bind('/dev', '/dev')]).filter(({ destination }) => destination.startsWith('/dev'))).toHaveLength(1)
    expect(find('/dev/shm', [bind('/host/shm', '/dev/shm')])).toMatchObject({ type: 'bind', source: '/host/shm' })
  })

  it('makes /sys and the control groups writable for a privileged container only', () => {
    expect(find('/sys', [])?.options).toContain('ro')
    expect(find('/sys/fs/cgroup', [])?.options).toContain('ro')
    expect(find('/sys', [], { Privileged: true })?.options).not.toContain('ro')
    expect(find('/sys/fs/cgroup', [], { Privileged: true })?.options).not.toContain('ro')
  })

  it("sizes shared memory, shares the host's, or leaves it out", () => {
    expect(find('/dev/shm', [])?.options).toContain('size=67108864')
    expect(find('/dev/shm', [], { ShmSize: 1024 })?.options).toContain('size=1024')
    expect(find('/dev/shm', [], { IpcMode: 'host' })).toMatchObject({ type: 'bind', source: '/dev/shm' })
    expect(find('/dev/shm', [], { IpcMode: 'none' })).toBeUndefined()
  })

  it.each(['/', '/proc', '/proc/sys', '/x/../proc/1', '/sys/fs/cgroup', '/dev', 'relative'])(
    'refuses a volume at %s',
    (destination) => {
      expect(() => mountsOf([bind('/data', destination)])).toThrow(/mount/)
      expect(() => mountsOf([], { Tmpfs: { [destination]: '' } })).toThrow(/mount/)
    },
  )

  it.each([
    ['/sys', '/sys'],
    ['/sys/fs/cgroup', '/sys/fs/cgroup'],
    ['/proc', '/proc'],
    ['/var/lib/lxcfs/proc/meminfo', '/proc/meminfo'],
    ['/run/log.sock', '/dev/log'],
  ])('accepts the bind of %s to %s', (source, destination) => {
    expect(find(destination, [bind(source, destination)])).toMatchObject({ source })
  })
})
