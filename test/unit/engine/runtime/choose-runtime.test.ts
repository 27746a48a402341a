import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cgroups } from '../../../../src/engine/host/cgroups.ts'
import type { Host } from '../../../../src/engine/host/host.ts'
import { chooseRuntime } from '../../../../src/engine/runtime/choose-runtime.ts'

const isRoot = process.getuid?.() === 0
const v2: Cgroups = { version: 2, hierarchies: [], hybridControllers: [], swapLimit: true }
const hybrid: Cgroups = { version: 1, hierarchies: [], hybridControllers: ['hugetlb'], swapLimit: true }

let folder = ''
let runs: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsc-choose-'))
  runs = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Answers `--version` with what the program file holds. */
const host = {
  run: (command: string) => {
    runs.push(command)
    return Promise.resolve({ exitCode: 0, stdout: readFileSync(command, 'utf8'), stderr: '' })
  },
} as unknown as Host

const program = (path: string, text: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text, { mode: 0o755 })
}
const choose = (more: { prefer?: string; cgroups?: Cgroups } = {}) =>
  chooseRuntime(host, {
    stateDir: join(folder, 'state'),
    folders: [join(folder, 'bin'), join(folder, 'sbin')],
    cgroups: v2,
    ...more,
  })

describe.skipIf(!isRoot)('chooseRuntime, as root, whose programs it trusts', () => {
  it('takes crun before runc, wherever they are', async () => {
    program('bin/runc', 'runc version 1.1.5+ds1\nspec: 1.0.2')
    program('sbin/crun', 'crun version 1.8.1\ncommit: f8a0')
    expect(await choose()).toMatchObject({ name: 'crun', version: '1.8.1', path: join(folder, 'sbin/crun') })
    expect(await choose({ prefer: 'runc' })).toMatchObject({ name: 'runc', version: '1.1.5+ds1' })
    expect(await choose({ prefer: join(folder, 'bin/runc') })).toMatchObject({ name: 'runc' })
  })

  it('asks the program once, and again when it has changed', async () => {
    program('bin/crun', 'crun version 1.8.1')
    await choose()
    expect(await choose()).toMatchObject({ version: '1.8.1' })
    expect(runs).toHaveLength(1)
    program('bin/crun', 'crun version 1.28.1')
    expect(await choose()).toMatchObject({ version: '1.28.1' })
    expect(runs).toHaveLength(2)
  })

  it('asks again when its answer was torn', async () => {
    program('bin/crun', 'crun version 1.8.1')
    await choose()
    writeFileSync(join(folder, 'state/runtime.json'), '{"key":')
    expect(await choose()).toMatchObject({ version: '1.8.1' })
  })

  it('hides the unified hierarchy of a hybrid host from crun alone', async () => {
    program('bin/crun', 'crun version 1.8.1')
    program('bin/runc', 'runc version 1.1.5')
    expect(await choose({ cgroups: hybrid })).toMatchObject({ hideUnified: true, cgroupVersion: 1 })
    expect(await choose({ cgroups: hybrid, prefer: 'runc' })).toMatchObject({ hideUnified: false })
    expect(await choose()).toMatchObject({ hideUnified: false, cgroupVersion: 2 })
  })

  it('refuses a program that others may write, and goes on to the next', async () => {
    program('bin/crun', 'crun version 1.8.1')
    chmodSync(join(folder, 'bin/crun'), 0o777)
    await expect(choose()).rejects.toMatchObject({ code: 'E_RUNTIME_UNSAFE' })
    program('bin/runc', 'runc version 1.1.5')
    expect(await choose()).toMatchObject({ name: 'runc' })
  })

  it('refuses a program in a folder that others may write', async () => {
    program('bin/crun', 'crun version 1.8.1')
    chmodSync(join(folder, 'bin'), 0o777)
    await expect(choose()).rejects.toMatchObject({ code: 'E_RUNTIME_UNSAFE' })
  })
})

describe('chooseRuntime', () => {
  it('names the packages when none is installed', async () => {
    await expect(choose()).rejects.toMatchObject({
      code: 'E_RUNTIME_MISSING',
      message: 'Cannot find an OCI runtime: neither crun nor runc is installed',
      hint: expect.stringContaining('apt-get install crun'),
    })
  })
})
