import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { HostConfig } from '../../../src/port/containers.ts'
import { untilTerm } from '../../contract/contract-kit.ts'
import { execToEnd, runToEnd, useEngine } from '../../support/use-engine.ts'

const { bench } = useEngine()

/** What the script prints in a container of this configuration. */
const says = async (script: string, HostConfig: HostConfig = {}): Promise<string> => {
  await using b = bench()
  const { stdout, stderr } = await runToEnd(b, script, { HostConfig })
  return stdout + stderr
}

describe('file system', () => {
  it('read_only leaves only mounts to write to', async () => {
    const HostConfig = { ReadonlyRootfs: true, Tmpfs: { '/scratch': 'size=1m,mode=700' } }
    expect(await says('echo a > /file; echo b > /scratch/file && cat /scratch/file', HostConfig)).toMatch(
      /Read-only file system[\s\S]*b\n|b\n[\s\S]*Read-only file system/,
    )
  })

  it('tmpfs and /dev/shm have the size that was asked for', async () => {
    const HostConfig = { ShmSize: 2 * 1024 * 1024, Tmpfs: { '/scratch': 'size=1m,mode=700' } }
    const text = await says('df -k /scratch /dev/shm | awk "NR>1{print \\$2}"; stat -c %a /scratch', HostConfig)
    expect(text).toBe('1024\n2048\n700\n')
  })

  it('/dev/stdout can be opened', async () => {
    expect(await says('echo out > /dev/stdout; echo err > /dev/stderr')).toBe('out\nerr\n')
  })
})

describe('privileges', () => {
  it('capabilities are dropped and added', async () => {
    const own = await says('grep CapEff /proc/self/status')
    expect(own).toContain('00000000a80425fb')
    expect(await says('grep CapEff /proc/self/status', { CapDrop: ['ALL'] })).toContain('0000000000000000')
    expect(await says('grep CapEff /proc/self/status', { CapDrop: ['ALL'], CapAdd: ['CHOWN'] })).toContain(
      '0000000000000001',
    )
    expect(await says('grep CapInh /proc/self/status')).toContain('0000000000000000')
  })

  it('no-new-privileges is set where it is asked for', async () => {
    expect(await says('grep NoNewPrivs /proc/self/status')).toMatch(/0$/m)
    expect(await says('grep NoNewPrivs /proc/self/status', { SecurityOpt: ['no-new-privileges'] })).toMatch(/1$/m)
  })

  it('seccomp refuses a user namespace', async () => {
    expect(await says('unshare -U true && echo made')).not.toContain('made')
    expect(await says('grep "^Seccomp:" /proc/self/status')).toMatch(/2$/m)
  })

  it('masks and read-only paths of /proc hold', async () => {
    expect(await says('wc -c < /proc/keys; echo 1 > /proc/sys/kernel/domainname')).toMatch(
      /^0\n[\s\S]*Read-only file system/,
    )
  })
})

describe('namespaces', () => {
  it('init is the first process where it is asked for, and reaps', async () => {
    const text = await says('cat /proc/1/comm; (sleep 0 & exit); sleep 0.2; ps -o stat | grep -c Z || true', {
      Init: true,
    })
    expect(text).toMatch(/^(docker-init|tini)\n0\n$/)
  })

  it('a name of its own, the short id without one', async () => {
    await using b = bench()
    expect((await runToEnd(b, 'hostname; echo $HOSTNAME', { Hostname: 'named' })).stdout).toBe('named\nnamed\n')
    const { id, stdout } = await runToEnd(b, 'hostname')
    expect(stdout.trim()).toBe(id.slice(0, 12))
  })

  it('host network: the host has its own name and addresses there', async () => {
    const text = await says('hostname; ls /sys/class/net; cat /etc/hosts', { NetworkMode: 'host' })
    expect(text.split('\n')[0]).toBe(hostname())
    expect(text).toContain('lo')
  })

  it('no network: only the loopback', async () => {
    expect(await says('ls /sys/class/net', { NetworkMode: 'none' })).toBe('lo\n')
  })

  it("another container's network, with its address, name and files", async () => {
    await using b = bench()
    const owner = await b.run(untilTerm(), { Hostname: 'owner', HostConfig: { ExtraHosts: ['far:10.1.2.3'] } })
    const { stdout } = await runToEnd(b, 'cat /etc/hosts; cat /etc/resolv.conf; hostname', {
      HostConfig: { NetworkMode: `container:${owner}` },
    })
    const { stdout: own } = await execToEnd(b, owner, 'cat /etc/hosts; cat /etc/resolv.conf; hostname')
    expect(stdout).toBe(own)
    expect(stdout).toContain('10.1.2.3\tfar')
  })

  it("another container's processes and shared memory", async () => {
    await using b = bench()
    const owner = await b.run(untilTerm(), { HostConfig: { IpcMode: 'shareable' } })
    const script = 'readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc; cat /dev/shm/*'
    const own = await execToEnd(b, owner, `echo shared > /dev/shm/note; ${script}`)
    const joined = await runToEnd(b, script, {
      HostConfig: { PidMode: `container:${owner}`, IpcMode: `container:${owner}` },
    })
    expect(joined).toMatchObject({ stdout: own.stdout, stderr: '' })
    expect(own.stdout).toContain('shared')
  })

  it('memory that is not shared cannot be joined', async () => {
    await using b = bench()
    const owner = await b.run(untilTerm())
    const id = await b.create('true', { HostConfig: { IpcMode: `container:${owner}` } })
    await expect(b.engine.containers.start(id)).rejects.toThrow('non-shareable IPC')
  })

  it('a namespace of a container that does not run is refused', async () => {
    await using b = bench()
    const owner = await b.create('true')
    const id = await b.create('true', { HostConfig: { NetworkMode: `container:${owner}` } })
    await expect(b.engine.containers.start(id)).rejects.toThrow('non running container')
  })
})

describe('settings', () => {
  it('ulimits and sysctls are in force', async () => {
    const HostConfig = { Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }], Sysctls: { 'net.core.somaxconn': '321' } }
    expect(await says('ulimit -n; cat /proc/sys/net/core/somaxconn', HostConfig)).toBe('100\n321\n')
  })

  it('extra hosts stand in the hosts file, host-gateway as an address', async () => {
    const text = await says('cat /etc/hosts', {
      ExtraHosts: ['far:10.1.2.3', 'six=::5', 'host.docker.internal:host-gateway'],
    })
    expect(text).toContain('10.1.2.3\tfar\n')
    expect(text).toContain('::5\tsix\n')
    expect(text).toMatch(/^\d+\.\d+\.\d+\.\d+\thost\.docker\.internal$/m)
  })

  it('a working folder is made where the image lacks it', async () => {
    await using b = bench()
    expect((await runToEnd(b, 'pwd', { WorkingDir: '/new/folder' })).stdout).toBe('/new/folder\n')
  })
})
