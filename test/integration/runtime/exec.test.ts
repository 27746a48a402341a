import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../../src/engine/host/host.ts'
import { ociJson } from '../../../src/engine/runtime/oci-json.ts'
import type { ProcessInput } from '../../../src/engine/runtime/part.ts'
import { processSpec } from '../../../src/engine/runtime/process-spec.ts'
import { runtimeFailure } from '../../../src/engine/runtime/runtime-failure.ts'
import { type Sandbox, createSandbox } from './sandbox.ts'

describe.each(['crun', 'runc'] as const)('an exec by %s', (name) => {
  let box: Sandbox
  beforeAll(async () => {
    box = await createSandbox(name)
    await writeFile(join(box.folder, 'config.json'), ociJson(box.spec({ args: ['sleep', '600'] })))
    const create = `exec "$@" > ${box.folder}/out 2>&1`
    const [program, args] = box.command(['create', '--bundle', box.folder, 'box'])
    await box.host.run('sh', ['-c', create, 'sh', program, ...args])
    await box.runtime(['start', 'box'])
  })
  afterAll(() => box[Symbol.asyncDispose]())

  const exec = async (args: readonly string[], more: Partial<ProcessInput> = {}): Promise<RunResult> => {
    const user = { uid: 0, gid: 0, additionalGids: [0], home: '/root' }
    const env = ['PATH=/bin']
    const input = { args, env, cwd: '/', tty: false, user, privileged: false, ...more }
    const file = join(box.folder, 'process.json')
    await writeFile(file, ociJson(processSpec(input, {}, box.facts).process))
    return box.runtime(['exec', '--process', file, 'box'])
  }

  it("has the container's capabilities and filter", async () => {
    const { stdout } = await exec(['grep', '-E', '^(CapInh|CapEff|CapBnd|Seccomp):', '/proc/self/status'])
    expect(stdout).toBe(
      'CapInh:\t0000000000000000\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n',
    )
  })

  it("has all of the host's when it is privileged", async () => {
    const { stdout } = await exec(['sh', '-c', 'grep CapEff /proc/self/status'], { privileged: true })
    const bounding = [...box.facts.boundingCapabilities].length
    const bits = BigInt(`0x${stdout.split('\t')[1]?.trim()}`)
      .toString(2)
      .replaceAll('0', '').length
    expect(bits).toBe(bounding)
  })

  it('runs as another user, with its groups, home and working directory', async () => {
    const user = { uid: 1000, gid: 1000, additionalGids: [1000, 44], home: '/home' }
    const { stdout } = await exec(['sh', '-c', 'id; echo $HOME; pwd'], { user, cwd: '/tmp' })
    const [id, home, cwd] = stdout.split('\n')
    expect(id).toMatch(/^uid=1000\(user\) gid=1000\(user\) groups=.*\b44\b/)
    expect([home, cwd]).toEqual(['/home', '/tmp'])
  })

  it.each([
    ['nope', 'exec: "nope": executable file not found in $PATH', 127],
    ['/nope', 'exec: "/nope": stat /nope: no such file or directory', 127],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied', 126],
  ])('fails in the words of Docker: %s', async (command, message, exitCode) => {
    const { stderr } = await exec([command])
    const error = runtimeFailure(stderr, { operation: 'exec', command })
    expect(error.message).toBe(
      `OCI runtime exec failed: exec failed: unable to start container process: ${message}: unknown`,
    )
    expect(error.exitCode).toBe(exitCode)
  })
})
