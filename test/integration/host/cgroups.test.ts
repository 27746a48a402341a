import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import {
  type Cgroups,
  cgroupPaths,
  detectCgroups,
  freeze,
  oomKills,
  pidsIn,
  prepareParent,
  removeCgroups,
  thaw,
} from '../../../src/engine/host/cgroups.ts'
import { processIdentity } from '../../../src/engine/host/process-identity.ts'

const parent = `/tsc-test-${randomBytes(3).toString('hex')}`
const group = `${parent}/a`
const cgroups: Cgroups = detectCgroups()

afterEach(async () => {
  await removeCgroups(cgroups, parent, { kill: true })
  const left = cgroupPaths(cgroups, parent).filter((path) => existsSync(path))
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`)
})

/** A sleeping process in the group, in every hierarchy that limits. */
const sleeper = async (): Promise<number> => {
  await prepareParent(cgroups, parent)
  const { pid } = spawn('sleep', ['60'], { stdio: 'ignore' })
  if (pid === undefined) throw new Error('no process')
  for (const { path, controllers, version } of cgroups.hierarchies) {
    if (version !== cgroups.version || controllers.includes('cpuset')) continue
    await mkdir(join(path, group), { recursive: true })
    await writeFile(join(path, group, 'cgroup.procs'), String(pid))
  }
  return pid
}

it('finds, freezes, thaws and removes a group of this kernel', async () => {
  const pid = await sleeper()
  expect(await pidsIn(cgroups, parent)).toEqual([pid])
  expect(await oomKills(cgroups, group)).toBe(0)
  await freeze(cgroups, group)
  await thaw(cgroups, group)
  expect(processIdentity(pid)).toBeDefined()
  await expect(removeCgroups(cgroups, parent, { timeout: 20 })).rejects.toThrow('it is in use')
  await removeCgroups(cgroups, parent, { kill: true })
  expect(processIdentity(pid)).toBeUndefined()
})

it('kills what is frozen', async () => {
  const pid = await sleeper()
  await freeze(cgroups, group)
  await removeCgroups(cgroups, parent, { kill: true })
  expect(processIdentity(pid)).toBeUndefined()
})
