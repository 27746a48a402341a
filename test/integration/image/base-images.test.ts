import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Workshop, messagesOf, openWorkshop } from '../../support/images/workshop.ts'
import { archiveOf, chopped, file } from '../../support/layers/tar-entry.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const run = async (script: string): Promise<string> => {
  const { snapshots, images, host } = shop
  await snapshots.prepare('c', (await images.resolve('busybox')).diffIds, { init: true })
  try {
    return (await host.run('chroot', [await snapshots.mount('c'), '/bin/sh', '-c', script])).stdout
  } finally {
    await snapshots.remove('c')
  }
}

describe('busybox', () => {
  it('is made, and the same again when it is forced', async () => {
    const said = await messagesOf(shop.images.bootstrap('busybox'))
    expect(said.at(-1)?.status).toBe('Made busybox:latest')
    const { Id, Created } = await shop.images.inspect('busybox')
    expect(await messagesOf(shop.images.bootstrap('busybox'))).toMatchObject([
      { status: expect.stringContaining('up to date') },
    ])
    await messagesOf(shop.images.bootstrap('busybox', { force: true }))
    expect((await shop.images.inspect('busybox')).Id).toBe(Id)
    expect(Date.parse(Created)).toBeLessThan(Date.now() - 86_400_000)
  })

  it('says how it was made', async () => {
    const { Config } = await shop.images.inspect('busybox')
    expect(Config).toMatchObject({ Cmd: ['sh'], Env: [expect.stringContaining('PATH=')] })
    expect(Config.Labels?.['org.opencontainers.image.description']).toMatch(/busybox-static .* of Debian/)
    expect((await shop.images.history('busybox'))[0]?.CreatedBy).toContain('bootstrap busybox')
  })

  it('is a system that can be worked with', async () => {
    expect(await run('id; ls /bin/sh /usr/bin/wget; cat /etc/group | head -1')).toBe(
      'uid=0(root) gid=0(root)\n/bin/sh\n/usr/bin/wget\nroot:x:0:\n',
    )
    expect(await run('stat -c %a /tmp /root')).toBe('1777\n700\n')
  })

  it('makes accounts as Dockerfiles ask for them', async () => {
    const script = `addgroup -g 2000 team && adduser -D -u 1500 -G team -h /srv/joe joe && adduser -S -H daemonic
addgroup joe users && id -u joe && id -g joe && grep -E '^(joe|daemonic):' /etc/passwd && grep ^users: /etc/group && stat -c %u /srv/joe`
    expect((await run(script)).split('\n')).toEqual([
      '1500',
      '2000',
      'joe:x:1500:2000:Linux User:/srv/joe:/bin/sh',
      'daemonic:x:100:100:Linux User:/home/daemonic:/bin/false',
      'users:x:100:joe',
      '1500',
      '',
    ])
  })
})

it('only base images that are known are made', async () => {
  for (const name of ['nginx', 'debian', 'host.example/busybox', 'busybox:1.36']) {
    await expect(messagesOf(shop.images.bootstrap(name))).rejects.toMatchObject({ code: 'E_IMAGE_BOOTSTRAP' })
  }
})

describe('an imported root file system', () => {
  it('is an image with the changes that were asked for', async () => {
    const archive = gzipSync(await archiveOf([file('hello', 'text', { uid: 3 })]))
    const changes = ['CMD ["/hello"]', 'ENV A=b C=$A', 'LABEL x=y', 'EXPOSE 80']
    const said = await messagesOf(
      shop.images.import(chopped(archive), { reference: 'mine:1', changes, message: 'by hand' }),
    )
    const { Id, Config, Comment } = await shop.images.inspect('mine:1')
    expect(said).toEqual([{ status: Id }])
    expect(Comment).toBe('by hand')
    expect(Config).toEqual({ Cmd: ['/hello'], Env: ['A=b', 'C='], Labels: { x: 'y' }, ExposedPorts: { '80/tcp': {} } })
    await shop.snapshots.prepare('c', (await shop.images.resolve('mine:1')).diffIds)
    const root = await shop.snapshots.mount('c')
    expect(await readFile(join(root, 'hello'), 'utf8')).toBe('text')
    expect(await lstat(join(root, 'hello'))).toMatchObject({ uid: 3 })
    await shop.snapshots.remove('c')
  })

  it('takes no change that is none', async () => {
    const importing = async (change: string) =>
      messagesOf(shop.images.import(chopped(await archiveOf([file('f', 'x')])), { changes: [change] }))
    await expect(importing('RUN x')).rejects.toMatchObject({ code: 'E_IMAGE_CHANGE' })
    await expect(importing('CDM x')).rejects.toThrow('unknown instruction: CDM')
  })

  it('that is no archive is refused', async () => {
    const importing = messagesOf(shop.images.import(chopped(Buffer.from('x'.repeat(600))), {}))
    await expect(importing).rejects.toMatchObject({ code: 'E_IMAGE_LAYER' })
  })
})
