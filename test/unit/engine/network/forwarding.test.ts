import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Host } from '../../../../src/engine/host/host.ts'
import { createForwarding } from '../../../../src/engine/network/forwarding.ts'

describe('forwarding', () => {
  let folder: string
  let needed: boolean

  const host = { writeKernelFile: (path, text) => writeFile(path, text) } as Partial<Host> as Host
  const apply = (): Promise<void> =>
    createForwarding({
      host,
      needed: () => needed,
      sysctl: join(folder, 'ip_forward'),
      links: join(folder, 'links'),
      marker: join(folder, 'marker'),
    })()
  const set = (text: string): Promise<void> => writeFile(join(folder, 'ip_forward'), text)
  const get = async (): Promise<string> => (await readFile(join(folder, 'ip_forward'), 'utf8')).trim()
  const link = async (name: string, flags: string): Promise<void> => {
    await mkdir(join(folder, 'links', name), { recursive: true })
    await writeFile(join(folder, 'links', name, 'flags'), flags)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forwarding-'))
    await link('lo', '0x9')
    await link('ifb0', '0x82')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is turned on while it is needed, and off again', async () => {
    await set('0')
    needed = true
    await apply()
    expect(await get()).toBe('1')
    needed = false
    await apply()
    expect(await get()).toBe('0')
    expect(await readdir(folder)).not.toContain('marker')
  })

  it('stays on if it was on before', async () => {
    await set('1')
    needed = true
    await apply()
    needed = false
    await apply()
    expect(await get()).toBe('1')
  })

  it('stays on while another virtual link is up, and the last engine turns it off', async () => {
    await set('0')
    needed = true
    await apply()
    await link('docker0', '0x1003')
    needed = false
    await apply()
    expect(await get()).toBe('1')
    await link('docker0', '0x1002')
    await apply()
    expect(await get()).toBe('0')
  })
})
