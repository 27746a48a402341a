import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLab, peer, request, serve, sh, snapshot } from './lab.ts'

const asRoot = process.getuid?.() === 0
if (!asRoot) console.warn('skipped: networks need root')
const ROUNDS = 8
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

describe.skipIf(!asRoot)('what networks leave on the host', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsc-network-'))
    await cp(here('../../../src/engine/network/links.pl'), join(folder, 'links.pl'))
    await build({
      entryPoints: [here('./victim.mjs')],
      outfile: join(folder, 'victim.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is nothing when all containers are gone', async () => {
    const before = await snapshot('none')
    const lab = await openLab()
    const asked = ['a', 'b'].map((name) => request(name, { bridge: {} }))
    await Promise.all(asked.map((one) => lab.attach(one)))
    expect(await sh('cat /proc/sys/net/ipv4/ip_forward')).toBe('1\n')
    await Promise.all(asked.map((one) => lab.part.detach(one.containerId)))
    await lab.close()
    expect(await snapshot(lab.tag)).toEqual(before)
  })

  it('is nothing after kill -9 at any moment, once the next engine has looked', async () => {
    const before = await snapshot('none')
    for (let round = 0; round < ROUNDS; round += 1) {
      const tag = `0e${round.toString(16).padStart(4, '0')}`
      const victim = spawn(process.execPath, [join(folder, 'victim.mjs'), tag], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(victim.stdout, 'data')
      await sleep(Math.random() * 300)
      const gone = once(victim, 'exit')
      victim.kill('SIGKILL')
      await gone
      const lab = await openLab(tag)
      await lab.close()
      expect(await snapshot(tag)).toEqual(before)
    }
  })

  it('is restored when someone else flushes the rules', async () => {
    const lab = await openLab()
    const asked = request('web', { bridge: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } })
    const web = await lab.attach(asked)
    const end = await serve(web.netnsPath, 80, 'web')
    const port = web.settings.Ports['80/tcp']?.[0]?.HostPort ?? ''
    await sh(`nft delete table inet tsc-${lab.tag}`)
    await vi.waitFor(async () => expect(await sh(`nft list table inet tsc-${lab.tag}`)).toContain(`${port} : `), 10_000)
    expect(await peer('', 'tcp', '127.0.0.1', port)).toMatch(/^web to /)
    await end()
    await lab.part.detach(asked.containerId)
    await lab.close()
  })
})
