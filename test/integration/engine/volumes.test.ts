import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../../contract/contract-kit.ts'
import { runToEnd, useEngine } from '../../support/use-engine.ts'

const { bench, subject } = useEngine()
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsc-volumes-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A volume of this test alone. */
const volume = async (b: Bench): Promise<string> => {
  const Name = b.name()
  await b.engine.volumes.create({ Name })
  b.defer(() => b.engine.volumes.remove(Name, { force: true }))
  return Name
}
/** How often it is mounted: a second mount would hide the first. */
const mountsOf = async (name: string): Promise<number> => {
  const { Mountpoint } = await subject().engine.port.volumes.inspect(name)
  return (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(` ${Mountpoint} `))
    .length
}

describe('volumes', () => {
  it('an empty volume is filled from the image, with owner and mode; a full one is not touched', async () => {
    await using b = bench()
    const name = await volume(b)
    const Binds = [`${name}:/etc`]
    const { stdout } = await runToEnd(b, 'cat /etc/passwd | head -1; stat -c "%a %u" /etc', { HostConfig: { Binds } })
    expect(stdout).toMatch(/^root:.*\n755 0\n$/)
    const { stdout: again } = await runToEnd(b, 'rm /etc/passwd; echo kept > /etc/note', { HostConfig: { Binds } })
    expect(again).toBe('')
    expect((await runToEnd(b, 'ls /etc/passwd; cat /etc/note', { HostConfig: { Binds } })).stdout).toBe('kept\n')
  })

  it('nocopy leaves it empty', async () => {
    await using b = bench()
    const name = await volume(b)
    expect((await runToEnd(b, 'ls /etc/passwd', { HostConfig: { Binds: [`${name}:/etc:nocopy`] } })).exitCode).not.toBe(
      0,
    )
  })

  it('an anonymous volume goes with its container where that is asked for, and stays where another one uses it', async () => {
    await using b = bench()
    const { volumes, containers } = b.engine
    const owner = await b.create('echo data > /data/file', { Volumes: { '/data': {} } })
    const [mount] = (await containers.inspect(owner)).Mounts
    const name = mount?.Name ?? ''
    expect(name).toMatch(/^[0-9a-f]{64}$/)
    const user = await b.create('true', { HostConfig: { VolumesFrom: [owner] } })
    await expect(volumes.remove(name)).rejects.toMatchObject({ httpStatus: 409 })
    await containers.remove(owner, { volumes: true })
    expect((await volumes.inspect(name)).Name).toBe(name)
    await containers.remove(user, { volumes: true })
    await expect(volumes.inspect(name)).rejects.toThrow('no such volume')
  })

  it('volumes_from takes all mounts in order, read-only where it says so', async () => {
    await using b = bench()
    const [one, two] = [await volume(b), await volume(b)]
    const first = await b.create('true', { HostConfig: { Binds: [`${one}:/data`, `${folder}:/host`] } })
    const second = await b.create('true', { HostConfig: { Binds: [`${two}:/data`] } })
    await runToEnd(b, 'echo one > /data/which', { HostConfig: { VolumesFrom: [first] } })
    await runToEnd(b, 'echo two > /data/which', { HostConfig: { VolumesFrom: [second] } })
    const { stdout } = await runToEnd(b, 'cat /data/which; touch /host/made', {
      HostConfig: { VolumesFrom: [second, `${first}:ro`] },
    })
    expect(stdout).toBe('one\n')
    expect(existsSync(join(folder, 'made'))).toBe(false)
    const own = await runToEnd(b, 'ls /data', { HostConfig: { VolumesFrom: [first], Tmpfs: { '/data': '' } } })
    expect(own.stdout).toBe('')
  })

  it('what driver options mount is mounted while a container uses it, also over a new engine', async () => {
    const name = 'options'
    const HostConfig = { Binds: [`${name}:/data`] }
    {
      const { volumes, containers } = subject().engine.port
      await volumes.create({ Name: name, DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } })
      const { Id } = await containers.create(
        { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig },
        { name: 'sleeper' },
      )
      expect(await mountsOf(name)).toBe(0)
      await containers.start(Id)
      expect(await mountsOf(name)).toBe(1)
      await subject().reopen()
    }
    await using b = bench()
    b.defer(() => b.engine.volumes.remove(name))
    const { stdout } = await runToEnd(b, 'df -k /data | awk "NR==2{print \\$2}"', { HostConfig })
    expect(stdout).toBe('1024\n')
    expect(await mountsOf(name)).toBe(1)
    await b.engine.containers.remove('sleeper', { force: true })
    expect(await mountsOf(name)).toBe(0)
  })

  it('a name that is none is told, and a container that cannot be made leaves no volume', async () => {
    await using b = bench()
    await expect(b.create('true', { HostConfig: { Binds: ['a(b:/data'] } })).rejects.toMatchObject({ httpStatus: 400 })
    const name = b.name()
    await expect(b.create('true', { HostConfig: { Binds: [`${name}:/data`, 'b*d:/other'] } })).rejects.toMatchObject({
      httpStatus: 400,
    })
    await expect(b.engine.volumes.inspect(name)).rejects.toThrow('no such volume')
  })
})

describe('binds', () => {
  it('a missing source is made for Binds, and an error for Mounts', async () => {
    await using b = bench()
    const source = join(folder, 'made-by-bind')
    await runToEnd(b, 'echo there > /data/file', { HostConfig: { Binds: [`${source}:/data`] } })
    expect(await readFile(join(source, 'file'), 'utf8')).toBe('there\n')
    const missing = join(folder, 'missing')
    const created = b.create('true', { HostConfig: { Mounts: [{ Type: 'bind', Source: missing, Target: '/data' }] } })
    await expect(created).rejects.toMatchObject({
      httpStatus: 400,
      message: expect.stringContaining(`bind source path does not exist: ${missing}`),
    })
  })

  it('a file can be bound, and read-only holds', async () => {
    await using b = bench()
    const file = join(folder, 'file')
    await writeFile(file, 'text\n')
    const { stdout, stderr } = await runToEnd(b, 'cat /file; echo x > /file', {
      HostConfig: { Binds: [`${file}:/file:ro`] },
    })
    expect(stdout).toBe('text\n')
    expect(stderr).toContain('Read-only file system')
  })

  it('a path of a volume is mounted alone, one that leads out of it is refused', async () => {
    await using b = bench()
    const name = await volume(b)
    const { Mountpoint } = await b.engine.volumes.inspect(name)
    await mkdir(join(Mountpoint, 'inner'))
    await writeFile(join(Mountpoint, 'inner', 'file'), 'inner\n')
    const secret = join(folder, 'secret')
    await mkdir(secret)
    await writeFile(join(secret, 'file'), 'secret\n')
    await symlink(secret, join(Mountpoint, 'out'))
    const mount = (Subpath: string) => ({
      HostConfig: { Mounts: [{ Type: 'volume' as const, Source: name, Target: '/data', VolumeOptions: { Subpath } }] },
    })
    expect((await runToEnd(b, 'cat /data/file', mount('inner'))).stdout).toBe('inner\n')
    await expect(b.create('true', mount('../../..'))).rejects.toThrow(
      'subpath must be a relative path within the volume',
    )
    for (const path of ['out', 'missing']) {
      const id = await b.create('cat /data/file', mount(path))
      await expect(b.engine.containers.start(id)).rejects.toMatchObject({ code: 'E_API_BAD_REQUEST' })
    }
    expect((await stat(Mountpoint)).isDirectory()).toBe(true)
  })

  it('two mounts on one place are refused', async () => {
    await using b = bench()
    const created = b.create('true', { HostConfig: { Binds: [`${folder}:/data`], Tmpfs: { '/data/': '' } } })
    await expect(created).rejects.toMatchObject({ httpStatus: 400, message: 'Duplicate mount point: /data' })
  })
})
