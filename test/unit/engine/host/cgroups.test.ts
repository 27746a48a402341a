import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  cgroupPaths,
  detectCgroups,
  freeze,
  oomFile,
  oomKills,
  pidsIn,
  prepareParent,
  removeCgroups,
  thaw,
} from '../../../../src/engine/host/cgroups.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tsc-cgroups-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (path: string, text = ''): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const folder = (path: string): void => void mkdirSync(join(root, path), { recursive: true })

const V1 = [
  'tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0',
  'cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,memory 0 0',
  'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0',
  'cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0',
  'cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0',
]
const layout = (mounts: readonly string[]): void => {
  put('proc/mounts', `proc /proc proc rw 0 0\n${mounts.join('\n')}\n`)
  put('proc/self/cgroup', '0::/\n')
  for (const mount of mounts) folder(mount.split(' ')[1] ?? '')
}
const v1 = () => {
  layout(V1)
  return detectCgroups(root)
}
const v2 = () => {
  layout(['cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0'])
  put('sys/fs/cgroup/cgroup.controllers', 'cpu memory pids\n')
  return detectCgroups(root)
}

describe('detectCgroups', () => {
  it('knows v2', () => {
    expect(v2()).toEqual({
      version: 2,
      hierarchies: [{ path: join(root, 'sys/fs/cgroup'), version: 2, controllers: ['cpu', 'memory', 'pids'] }],
      hybridControllers: [],
      swapLimit: false,
    })
  })

  it('knows v1 and its controllers, without the flags of the mounts', () => {
    const { version, hierarchies, hybridControllers } = v1()
    expect({ version, hybridControllers }).toEqual({ version: 1, hybridControllers: [] })
    expect(hierarchies.map(({ controllers }) => controllers)).toEqual([
      ['memory'],
      ['cpu', 'cpuacct'],
      ['freezer'],
      ['name=systemd'],
    ])
  })

  it('knows a hybrid host, and what its cgroup2 owns', () => {
    layout([...V1, 'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0'])
    put('sys/fs/cgroup/unified/cgroup.controllers', 'hugetlb\n')
    expect(detectCgroups(root)).toMatchObject({ version: 1, hybridControllers: ['hugetlb'] })
  })

  it('takes a named v1 hierarchy beside cgroup2 for v2', () => {
    layout([
      'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0',
      'cgroup /sys/fs/cgroup/systemd cgroup rw,release_agent=/x,name=systemd 0 0',
    ])
    expect(detectCgroups(root).version).toBe(2)
  })

  it('finds the swap limit in the root group of v1, and below it on v2', () => {
    put('sys/fs/cgroup/memory/memory.memsw.limit_in_bytes')
    expect(v1().swapLimit).toBe(true)
    rmSync(join(root, 'sys'), { recursive: true })
    put('sys/fs/cgroup/init.scope/memory.swap.max', 'max')
    expect(v2().swapLimit).toBe(true)
  })

  it('says so when there is none', () => {
    layout([])
    expect(() => detectCgroups(root)).toThrow('no cgroup file system is mounted')
  })
})

describe('a group', () => {
  it('has a folder in every hierarchy', () => {
    expect(cgroupPaths(v1(), '/tsc/a').map((path) => path.slice(root.length))).toEqual([
      '/sys/fs/cgroup/memory/tsc/a',
      '/sys/fs/cgroup/cpu,cpuacct/tsc/a',
      '/sys/fs/cgroup/freezer/tsc/a',
      '/sys/fs/cgroup/systemd/tsc/a',
    ])
  })

  it('counts its OOM kills', async () => {
    put('sys/fs/cgroup/memory/tsc/a/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n')
    const old = v1()
    expect(oomFile(old, '/tsc/a')).toBe(join(root, 'sys/fs/cgroup/memory/tsc/a/memory.oom_control'))
    expect(await oomKills(old, '/tsc/a')).toBe(2)
    expect(await oomKills(old, '/tsc/gone')).toBe(0)
    put('sys/fs/cgroup/tsc/a/memory.events', 'low 0\noom 1\noom_kill 1\noom_group_kill 0\n')
    expect(await oomKills(v2(), '/tsc/a')).toBe(1)
  })

  it('lists its processes and those of the groups below, once each', async () => {
    put('sys/fs/cgroup/memory/tsc/a/cgroup.procs', '30\n7\n')
    put('sys/fs/cgroup/freezer/tsc/a/cgroup.procs', '7\n')
    put('sys/fs/cgroup/freezer/tsc/a/below/cgroup.procs', '8\n0\n')
    expect(await pidsIn(v1(), '/tsc')).toEqual([7, 8, 30])
    expect(await pidsIn(v1(), '/gone')).toEqual([])
  })
})

describe('freeze and thaw', () => {
  it('resolve when v1 says FROZEN, and THAWED again', async () => {
    const state = 'sys/fs/cgroup/freezer/tsc/a/freezer.state'
    put(state, 'THAWED\n')
    const cgroups = v1()
    await freeze(cgroups, '/tsc/a')
    expect(read(state)).toBe('FROZEN')
    await thaw(cgroups, '/tsc/a')
    expect(read(state)).toBe('THAWED')
  })

  it('wait on v2 for the event, and undo what takes too long', async () => {
    put('sys/fs/cgroup/tsc/a/cgroup.freeze', '0')
    put('sys/fs/cgroup/tsc/a/cgroup.events', 'populated 1\nfrozen 0\n')
    const cgroups = v2()
    await expect(freeze(cgroups, '/tsc/a', { timeout: 20 })).rejects.toMatchObject({
      code: 'E_HOST_CGROUP',
      message: 'Cannot pause the processes of "/tsc/a"',
    })
    expect(read('sys/fs/cgroup/tsc/a/cgroup.freeze')).toBe('0')
    put('sys/fs/cgroup/tsc/a/cgroup.events', 'populated 1\nfrozen 1\n')
    await freeze(cgroups, '/tsc/a')
    expect(read('sys/fs/cgroup/tsc/a/cgroup.freeze')).toBe('1')
  })

  it('can be interrupted', async () => {
    put('sys/fs/cgroup/tsc/a/cgroup.freeze', '0')
    put('sys/fs/cgroup/tsc/a/cgroup.events', 'frozen 0\n')
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(freeze(v2(), '/tsc/a', { signal })).rejects.toThrow('enough')
  })

  it('do not mind thawing a group that is gone', async () => {
    await expect(thaw(v1(), '/tsc/gone')).resolves.toBeUndefined()
  })
})

describe('removeCgroups', () => {
  it('removes groups and those below in every hierarchy', async () => {
    folder('sys/fs/cgroup/memory/tsc/a/b')
    folder('sys/fs/cgroup/freezer/tsc')
    await removeCgroups(v1(), '/tsc')
    expect(existsSync(join(root, 'sys/fs/cgroup/memory/tsc'))).toBe(false)
    expect(existsSync(join(root, 'sys/fs/cgroup/freezer/tsc'))).toBe(false)
    expect(existsSync(join(root, 'sys/fs/cgroup/memory'))).toBe(true)
    await expect(removeCgroups(v1(), '/tsc')).resolves.toBeUndefined()
  })

  it('says which group is in use', async () => {
    put('sys/fs/cgroup/memory/tsc/a/busy')
    await expect(removeCgroups(v1(), '/tsc', { timeout: 10 })).rejects.toThrow(
      'Cannot remove the control group "/tsc": it is in use',
    )
  })

  it.each(['', '/', '//', '/.'])('never removes the root group "%s"', async (path) => {
    await expect(removeCgroups(v1(), path)).rejects.toThrow('not the root group')
  })
})

describe('prepareParent', () => {
  it('has nothing to do on v1', async () => {
    expect(await prepareParent(v1(), '/tsc')).toEqual([])
    expect(existsSync(join(root, 'sys/fs/cgroup/memory/tsc'))).toBe(false)
  })

  it('makes the group on v2 and hands controllers down', async () => {
    const cgroups = v2()
    put('sys/fs/cgroup/cgroup.controllers', 'memory pids')
    put('sys/fs/cgroup/cgroup.subtree_control', 'memory')
    put('sys/fs/cgroup/tsc/cgroup.controllers', 'memory')
    expect(await prepareParent(cgroups, '/tsc')).toEqual([])
    expect(read('sys/fs/cgroup/cgroup.subtree_control')).toBe('+pids')
    expect(read('sys/fs/cgroup/tsc/cgroup.subtree_control')).toBe('+memory')
  })

  it('names what cannot be handed down', async () => {
    const cgroups = v2()
    put('sys/fs/cgroup/cgroup.controllers', '')
    put('sys/fs/cgroup/tsc/cgroup.controllers', 'cpu')
    symlinkSync('/nowhere/to/write', join(root, 'sys/fs/cgroup/tsc/cgroup.subtree_control'))
    expect(await prepareParent(cgroups, '/tsc')).toEqual(['cpu'])
  })
})
