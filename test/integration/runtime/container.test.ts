import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeFailure } from '../../../src/engine/runtime/runtime-failure.ts'
import { verifyContainer } from '../../../src/engine/runtime/verify-container.ts'
import { type Sandbox, type TestContainer, createSandbox } from './sandbox.ts'

const SHELL = (line: string): TestContainer => ({ args: ['sh', '-c', line] })
const USER = { uid: 1000, gid: 1000, additionalGids: [1000], home: '/home' }

describe.each(['crun', 'runc'] as const)('a container of %s', (name) => {
  let box: Sandbox
  beforeAll(async () => {
    box = await createSandbox(name)
    await writeFile(join(box.folder, 'data'), 'from the host')
    await mkdir(join(box.folder, 'volume'))
    await symlink('/usr', join(box.rootfs, 'link'))
  })
  afterAll(() => box[Symbol.asyncDispose]())

  const text = async (container: TestContainer): Promise<string> => {
    const { stdout, stderr, exitCode } = await box.run(container)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    return stdout
  }

  it('has the identity, host name, capabilities and filter that were asked for', async () => {
    const status = await text(SHELL('hostname; id; pwd; echo $HOME; grep -E "^(Cap|NoNew|Seccomp:)" /proc/self/status'))
    expect(status.split('\n')).toEqual([
      'box',
      'uid=0(root) gid=0(root) groups=0(root)',
      '/',
      '/root',
      'CapInh:\t0000000000000000',
      'CapPrm:\t00000000a80425fb',
      'CapEff:\t00000000a80425fb',
      'CapBnd:\t00000000a80425fb',
      'CapAmb:\t0000000000000000',
      'NoNewPrivs:\t0',
      'Seccomp:\t2',
      '',
    ])
  })

  it('loads the filter also with no-new-privileges and another user', async () => {
    const container = SHELL('id -u; grep -E "^(CapEff|NoNew|Seccomp:)" /proc/self/status')
    const out = await text({
      ...container,
      process: { user: USER },
      hostConfig: { SecurityOpt: ['no-new-privileges'] },
    })
    expect(out).toBe('1000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n')
  })

  it('finds masks empty, the rest of /proc/sys and the control groups read-only', async () => {
    const { stdout, stderr } = await box.run(
      SHELL('cat /proc/interrupts; ls /sys/firmware; touch /sys/x; echo 1 > /proc/sys/kernel/panic; echo done'),
    )
    expect(stdout).toBe('done\n')
    expect(stderr).toContain('touch: /sys/x: Read-only file system')
    expect(stderr).toContain('/proc/sys/kernel/panic: Read-only file system')
  })

  it('can make a block device but not open it', async () => {
    const { stdout, stderr } = await box.run(SHELL('mknod /tmp/disk b 254 0 && echo made; cat /tmp/disk'))
    expect(stdout).toBe('made\n')
    expect(stderr).toContain('Operation not permitted')
  })

  it('is held to its limits', async () => {
    const hostConfig = {
      Memory: 32 * 1024 * 1024,
      PidsLimit: 20,
      NanoCpus: 5e8,
      ShmSize: 1024 * 1024,
      Ulimits: [{ Name: 'nofile', Soft: 100, Hard: -1 }],
    }
    const path = `/sys/fs/cgroup/memory${box.cgroupsPath}/memory.limit_in_bytes`
    const v2 = `/sys/fs/cgroup${box.cgroupsPath}/memory.max`
    await box.create({ ...SHELL('true'), hostConfig }, async () => {
      expect(await readFile(box.cgroups.version === 1 ? path : v2, 'utf8')).toBe('33554432\n')
    })
    const { stdout, stderr } = await box.run({
      ...SHELL(
        'ulimit -n; grep shm /proc/mounts | grep -o size=1024k; ' +
          'i=0; while [ $i -lt 30 ]; do sleep 1 & i=$((i+1)); done',
      ),
      hostConfig,
    })
    expect(stdout).toBe('100\nsize=1024k\n')
    expect(stderr).toContain("can't fork")
  })

  it('opens low ports to everyone', async () => {
    expect(await text(SHELL('cat /proc/sys/net/ipv4/ip_unprivileged_port_start'))).toBe('0\n')
  })

  it.each<[string, TestContainer]>([
    ['nothing special', SHELL('true')],
    ['another user', { ...SHELL('true'), process: { user: USER } }],
    ['no-new-privileges', { ...SHELL('true'), hostConfig: { SecurityOpt: ['no-new-privileges'] } }],
    ['all privileges', { ...SHELL('true'), hostConfig: { Privileged: true } }],
    ['a read-only root', { ...SHELL('true'), hostConfig: { ReadonlyRootfs: true, Tmpfs: { '/tmp': 'size=1m' } } }],
    ['a working directory to be made', { ...SHELL('true'), process: { cwd: '/srv/app' } }],
    ['a working directory behind a link', { ...SHELL('true'), process: { cwd: '/link' } }],
    [
      "the host's namespaces",
      { ...SHELL('true'), hostConfig: { NetworkMode: 'host', PidMode: 'host', IpcMode: 'host' } },
    ],
    ['no capabilities', { ...SHELL('true'), hostConfig: { CapDrop: ['ALL'] } }],
    ['an init process', { ...SHELL('true'), hostConfig: { Init: true }, initPath: '/bin/busybox' }],
  ])('is verified: %s', async (_name, container) => {
    let differences: string[] = ['not created']
    const { stderr } = await box.create(container, (pid, spec) => {
      differences = verifyContainer(pid, spec)
      return false
    })
    expect({ differences, stderr }).toEqual({ differences: [], stderr: '' })
  })

  it('is verified with mounts, through links of the image, read-only and nested', async () => {
    const mounts = [
      { type: 'bind', source: join(box.folder, 'data'), destination: '/etc/data', readOnly: true },
      { type: 'bind', source: join(box.folder, 'volume'), destination: '/var/run/../lib', readOnly: false },
      { type: 'bind', source: join(box.folder, 'volume'), destination: '/link/share', readOnly: false },
      { type: 'tmpfs', destination: '/link/share/deep', readOnly: false, options: ['size=1m'] },
    ] as const
    let differences: string[] = ['not created']
    await box.create({ ...SHELL('true'), mounts }, (pid, spec) => {
      differences = verifyContainer(pid, spec)
    })
    expect(differences).toEqual([])
    expect(await text({ ...SHELL('cat /etc/data; grep -c /usr/share/deep /proc/mounts'), mounts })).toBe(
      'from the host1\n',
    )
  })

  it('makes a read-only folder so with all that is mounted below', async () => {
    const below = join(box.folder, 'volume/below')
    await mkdir(below)
    await box.host.mount([{ source: 'tmpfs', target: below, type: 'tmpfs' }])
    try {
      const source = join(box.folder, 'volume')
      const mounts = [{ type: 'bind', source, destination: '/data', readOnly: true }] as const
      const { stderr } = await box.run({ ...SHELL('touch /data/x; touch /data/below/x'), mounts })
      expect(stderr).toBe('touch: /data/x: Read-only file system\ntouch: /data/below/x: Read-only file system\n')
    } finally {
      await box.host.unmount([below])
    }
  })

  it('is found out when it is not what was asked for', async () => {
    let differences: string[] = []
    await box.create(SHELL('true'), (pid, spec) => {
      differences = verifyContainer(pid, {
        ...spec,
        root: { path: '/usr', readonly: true },
        process: {
          ...spec.process,
          user: USER,
          cwd: '/tmp',
          noNewPrivileges: true,
          capabilities: { ...spec.process.capabilities, bounding: [] },
        },
        mounts: [
          ...spec.mounts,
          { destination: '/data', type: 'bind', source: '/data', options: [] },
          { destination: '/dev/shm', type: 'bind', source: box.folder, options: [] },
          { destination: '/proc', type: 'sysfs', source: 'sysfs', options: ['ro'] },
          { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['ro'] },
        ],
        linux: {
          ...spec.linux,
          maskedPaths: ['/proc/version', '/sys/block', '/proc/none'],
          readonlyPaths: ['/proc/bus', '/etc', '/proc/none'],
          namespaces: [{ type: 'network', path: '/proc/self/ns/net' }, { type: 'user' as 'uts' }],
        },
      })
    })
    expect(differences).toEqual([
      'root: not "/usr"',
      'mount "/data": missing',
      `mount "/dev/shm": not "${box.folder}"`,
      'mount "/proc": is proc, not sysfs',
      'mount "/dev/mqueue": without "ro"',
      'mask "/proc/version": open',
      'mask "/sys/block": open',
      'read-only path "/etc": writable',
      'Uid: 0\t0\t0\t0, not 1000\t1000\t1000\t1000',
      'Gid: 0\t0\t0\t0, not 1000\t1000\t1000\t1000',
      'CapBnd: 00000000a80425fb, not 0000000000000000',
      'NoNewPrivs: 0, not 1',
      'working directory: not "/tmp"',
      'network namespace: not "/proc/self/ns/net"',
    ])
  })

  it.each([
    [['nope'], {}, 'exec: "nope": executable file not found in $PATH', 127],
    [['/nope'], {}, 'exec: "/nope": stat /nope: no such file or directory', 127],
    [['/etc/passwd'], {}, 'exec: "/etc/passwd": permission denied', 126],
    [
      ['sh'],
      { mounts: [{ type: 'bind', source: '/usr', destination: '/etc/passwd', readOnly: false }] as const },
      'not a directory',
      127,
    ],
  ])('fails in the words of Docker: %j', async (args, more, message, exitCode) => {
    const { stderr } = await box.create({ args, ...more }, () => true)
    const error = runtimeFailure(stderr, { command: args[0] ?? '' })
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ exitCode, httpStatus: 400 })
  })
})
