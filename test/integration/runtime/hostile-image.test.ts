import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorkingDir } from '../../../src/engine/runtime/working-dir.ts'
import { resolveUser, userFiles } from '../../../src/engine/runtime/user.ts'
import { verifyContainer } from '../../../src/engine/runtime/verify-container.ts'
import { type Sandbox, createSandbox } from './sandbox.ts'

describe.each(['crun', 'runc'] as const)('an image made to lead %s out', (name) => {
  let box: Sandbox
  let image = ''
  let canary = ''
  const mounted: string[] = []
  beforeAll(async () => {
    box = await createSandbox(name)
    canary = join(box.folder, 'canary')
    image = join(box.folder, 'image')
    await mkdir(canary)
    await mkdir(join(image, canary), { recursive: true })
    await mkdir(join(image, 'bin'))
    await copyFile('/bin/busybox', join(image, 'bin/sh'))
    await symlink(canary, join(image, 'dev'))
    await symlink(canary, join(image, 'sys'))
    await symlink(canary, join(image, 'etc'))
    await mkdir(join(image, 'proc'))
  })
  afterAll(async () => {
    await box.host.unmount(mounted)
    await box[Symbol.asyncDispose]()
  })

  const overlay = async (what: string, layers: readonly string[]): Promise<string> => {
    const [upper, work, rootfs] = ['upper', 'work', 'rootfs'].map((part) => join(box.folder, `${what}-${part}`))
    if (!upper || !work || !rootfs) throw new Error('no paths')
    for (const path of [upper, work, rootfs]) await mkdir(path)
    const data = `lowerdir=${layers.join(':')},upperdir=${upper},workdir=${work}`
    await box.host.mount([{ source: 'overlay', target: rootfs, type: 'overlay', data }])
    mounted.push(rootfs)
    return rootfs
  }

  it('writes nothing on the host and is verified, over an init layer', async () => {
    const init = join(box.folder, 'init')
    for (const path of ['dev/pts', 'dev/shm', 'proc', 'sys', 'etc']) await mkdir(join(init, path), { recursive: true })
    await writeFile(join(init, 'dev/console'), '')
    await writeFile(join(init, 'etc/hosts'), '')
    const rootfs = await overlay('safe', [init, image])
    let differences: string[] = ['not created']
    const container = { args: ['/bin/sh', '-c', 'true'], rootfs, process: { cwd: '/' } }
    const { exitCode, stderr } = await box.create(container, (pid, spec) => {
      differences = verifyContainer(pid, spec)
      return true
    })
    expect({ differences, exitCode, stderr }).toEqual({ differences: [], exitCode: 0, stderr: '' })
    expect(await readdir(canary)).toEqual([])
  })

  it('never starts without one', async () => {
    const rootfs = await overlay('bare', [image])
    let verdict: string[] = ['the runtime refused it']
    await box.create({ args: ['/bin/sh', '-c', 'true'], rootfs }, (pid, spec) => {
      verdict = verifyContainer(pid, spec)
      return false
    })
    expect(verdict).not.toEqual([])
  })

  it('gives no users of the host, and no working directory there', async () => {
    await writeFile(join(canary, 'passwd'), 'root:x:7:7::/:\n')
    expect(resolveUser('', userFiles(image))).toMatchObject({ uid: 0, home: '/' })
    makeWorkingDir(image, '/etc/made')
    expect(await readdir(canary)).toEqual(['passwd'])
    expect(await readdir(join(image, canary))).toEqual(['made'])
  })
})
