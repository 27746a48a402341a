import { lstat, readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildOptions } from '../../../src/port/images.ts'
import { type TarSource, writeTar } from '../../../src/lib/tar/write-tar.ts'
import { type Workshop, messagesOf, openWorkshop, transcript } from '../../support/images/workshop.ts'
import { archiveOf, file, folder, hardlink, symlink } from '../../support/layers/tar-entry.ts'

let shop: Workshop

beforeAll(async () => {
  shop = await openWorkshop()
  await messagesOf(shop.images.bootstrap('busybox'))
})

afterAll(async () => {
  const left = [await shop.snapshots.ids(), await readdir(join(shop.paths.root, 'tmp/build'))].flat()
  await shop[Symbol.asyncDispose]()
  if (left.length > 0) throw new Error(`the builds left ${left.join(', ')}`)
})

type Files = Readonly<Record<string, string>> | readonly TarSource[]

const build = (dockerfile: string, files: Files = [], options: BuildOptions = {}) => {
  const entries = Array.isArray(files)
    ? files
    : Object.entries(files).map(([name, text]) => file(name, text, { uid: 7 }))
  const context = writeTar([file('Dockerfile', dockerfile), ...(entries as TarSource[])])
  return transcript(shop.builder.build(context, { tags: ['test/image'], ...options }))
}

/** Looks into the image that was built last. */
const inImage = async <T>(look: (root: string) => Promise<T>): Promise<T> => {
  await shop.snapshots.prepare('look', (await shop.images.resolve('test/image')).diffIds)
  try {
    return await look(await shop.snapshots.mount('look'))
  } finally {
    await shop.snapshots.remove('look')
  }
}
const text = (path: string): Promise<string> => inImage((root) => readFile(join(root, path), 'utf8'))
const built = async (dockerfile: string, files: Files = [], options: BuildOptions = {}): Promise<string> => {
  const { text: output, error } = await build(dockerfile, files, options)
  expect(error).toBeUndefined()
  return output
}

describe('a build', () => {
  it('speaks as the classic builder, and takes everything from the cache the second time', async () => {
    const dockerfile = 'FROM busybox\nENV A=b\nRUN echo "hello $A" && echo $A > /f\nCMD ["cat", "/f"]\n'
    const first = await built(dockerfile)
    const { Id } = await shop.images.inspect('test/image')
    expect(first).toMatch(/^Step 1\/4 : FROM busybox\n ---> [0-9a-f]{12}\nStep 2\/4 : ENV A=b\n ---> [0-9a-f]{12}\n/)
    expect(first).toMatch(/ ---> Running in [0-9a-f]{12}\nhello b\n ---> Removed intermediate container [0-9a-f]{12}\n/)
    expect(first.endsWith(`Successfully built ${Id.slice(7, 19)}\nSuccessfully tagged test/image:latest\n`)).toBe(true)
    const second = await built(dockerfile)
    expect(second).toContain(' ---> Using cache\n')
    expect(second).not.toContain('Running in')
    expect((await shop.images.inspect('test/image')).Id).toBe(Id)
    expect(await built(dockerfile, [], { noCache: true })).toContain('Running in')
  })

  it('remembers its layers after the engine was killed', async () => {
    const dockerfile = 'FROM busybox\nRUN echo once > /f\n'
    await built(dockerfile)
    shop = await shop.reopen()
    expect(await built(dockerfile)).toContain('Using cache')
  })

  it('gives the image id before it ends', async () => {
    const messages = await messagesOf(shop.builder.build(writeTar([file('Dockerfile', 'FROM busybox\nUSER 5')]), {}))
    const [aux] = messages.flatMap((message) => message.aux ?? [])
    expect((await shop.images.inspect(String(Object(aux)['ID']))).Config.User).toBe('5')
  })

  it('makes the same image of the same files when the date is set', async () => {
    const dockerfile = 'FROM busybox\nCOPY f /f\nRUN touch /now\nWORKDIR /w\n'
    const options = { buildArgs: { SOURCE_DATE_EPOCH: '1000000000' }, noCache: true }
    await built(dockerfile, { f: 'x' }, options)
    const { Id } = await shop.images.inspect('test/image')
    await built(dockerfile, { f: 'x' }, options)
    expect(await shop.images.inspect('test/image')).toMatchObject({ Id, Created: '2001-09-09T01:46:40.000Z' })
  })

  it('builds only the stages that its target needs', async () => {
    const dockerfile = `FROM busybox AS Broken
RUN false
FROM busybox AS base
RUN echo base > /f
FROM base AS Final
COPY --from=base /f /copy
`
    expect(await built(dockerfile)).not.toContain('RUN false')
    expect(await text('copy')).toBe('base\n')
    await built(dockerfile, [], { target: 'BASE' })
    await expect(text('copy')).rejects.toThrow('ENOENT')
    const { error } = await build(dockerfile, [], { target: 'bse' })
    expect(error).toMatchObject({ code: 'E_BUILD_SYNTAX', hint: 'did you mean "base"?' })
  })

  it('may begin with nothing', async () => {
    await built('FROM scratch\nCOPY f /\n', { f: 'x' })
    expect(await inImage((root) => readdir(root))).toEqual(['f'])
  })

  it('stops when it is aborted, and leaves nothing', async () => {
    const stop = new AbortController()
    const stream = shop.builder.build(writeTar([file('Dockerfile', 'FROM busybox\nRUN sleep 60')]), {
      signal: stop.signal,
    })
    const running = (async () => {
      for await (const message of stream) if (message.stream?.includes('Running in')) stop.abort(new Error('enough'))
    })()
    await expect(running).rejects.toThrow('enough')
    expect(await shop.snapshots.ids()).toEqual([])
  })
})

describe('arguments and variables', () => {
  it('count as the file is read', async () => {
    const dockerfile = `ARG V=1
FROM busybox
ARG V
ARG W=\${V}2
ENV A=\${W:-x} B=\${UNSET:+y} A2=$A
RUN echo "$V $W $A [$A2]" > /f
`
    await built(dockerfile)
    expect(await text('f')).toBe('1 12 12 []\n')
    await built(dockerfile, [], { buildArgs: { V: '5' } })
    expect(await text('f')).toBe('5 52 52 []\n')
    expect((await shop.images.inspect('test/image')).Config.Env?.slice(1)).toEqual(['A=52', 'B=', 'A2='])
  })

  it('that nobody takes are told', async () => {
    expect(await built('FROM busybox\n', [], { buildArgs: { NOPE: '1' } })).toContain(
      'build-args [NOPE] were not consumed',
    )
  })

  it('for a proxy reach RUN, and neither history nor cache', async () => {
    const dockerfile = 'FROM busybox\nRUN echo "$http_proxy" > /f\n'
    await built(dockerfile, [], { buildArgs: { HTTP_PROXY: 'http://user:secret@proxy' } })
    expect(await text('f')).toBe('http://user:secret@proxy\n')
    expect(JSON.stringify(await shop.images.history('test/image'))).not.toContain('secret')
    expect(await built(dockerfile, [], { buildArgs: { HTTP_PROXY: 'other' } })).toContain('Using cache')
  })
})

describe('RUN', () => {
  it('takes commands as text, as list and as here-document, in the shell that was set', async () => {
    const output = await built(`FROM busybox
WORKDIR /w
RUN ["touch", "list"]
RUN <<END
touch here
touch there
END
SHELL ["/bin/sh", "-e", "-c"]
RUN false || true; ls; echo $-
`)
    expect(output).toContain('here\nlist\nthere\n')
    expect(output).toMatch(/^\w*e\w*$/m)
  })

  it('that fails says where, how, and with what status', async () => {
    const { text: output, error } = await build('FROM busybox\n\nRUN echo oops >&2; exit 3\n')
    expect(error).toMatchObject({
      code: 'E_BUILD_FAILED',
      message: "The command '/bin/sh -c echo oops >&2; exit 3' returned a non-zero code: 3",
      where: { file: 'Dockerfile', line: 3, column: 1 },
      exitCode: 3,
    })
    expect(output).toContain('oops\n')
    expect(output).toContain('Dockerfile:3:1: error: The command')
    expect(output).toContain('    RUN echo oops >&2; exit 3\n    ^^^^')
  })

  it('is run again when something that it depends on has changed, and not when a command for later has', async () => {
    const dockerfile = (env: string, cmd: string): string =>
      `FROM busybox\nENV A=${env}\nCMD ["${cmd}"]\nRUN echo $A > /f\n`
    await built(dockerfile('1', 'x'))
    expect(await built(dockerfile('1', 'y'))).toContain('Using cache')
    expect(await built(dockerfile('2', 'y'))).not.toContain('Using cache')
  })
})

describe('COPY', () => {
  it('looks at content, mode and name, and not at times', async () => {
    const dockerfile = 'FROM busybox\nCOPY d /d\n'
    const context = (entry: TarSource): TarSource[] => [folder('d'), entry]
    await built(dockerfile, context(file('d/f', 'x', { mtime: 1 })))
    expect(await built(dockerfile, context(file('d/f', 'x', { mtime: 2, uid: 9 })))).toContain('Using cache')
    expect(await built(dockerfile, context(file('d/f', 'y', { mtime: 2 })))).not.toContain('Using cache')
    expect(await built(dockerfile, context(file('d/f', 'x', { mode: 0o755 })))).not.toContain('Using cache')
    expect(await built(dockerfile, context(file('d/g', 'x')))).not.toContain('Using cache')
  })

  it('puts files where Docker puts them', async () => {
    const copies = ['COPY a plain', 'COPY a dir/', 'COPY d into', 'COPY a b* many/', 'COPY a /tmp']
    const files = [file('a', 'A'), file('b1', 'B1'), file('b2', 'B2')]
    const folders = [folder('d', { mode: 0o700 }), file('d/inner', 'I'), folder('d/sub', { mode: 0o750 })]
    await built(['FROM busybox', 'WORKDIR /w', ...copies].join('\n'), [...files, ...folders])
    await inImage(async (root) => {
      expect(await readFile(join(root, 'w/plain'), 'utf8')).toBe('A')
      expect(await readFile(join(root, 'w/dir/a'), 'utf8')).toBe('A')
      expect(await readFile(join(root, 'w/into/inner'), 'utf8')).toBe('I')
      expect((await readdir(join(root, 'w/many'))).sort()).toEqual(['a', 'b1', 'b2'])
      expect(await readFile(join(root, 'tmp/a'), 'utf8')).toBe('A')
      // The top folder's own mode is not copied, those below it are, and what exists keeps its own.
      expect((await lstat(join(root, 'w/into'))).mode & 0o7777).toBe(0o755)
      expect((await lstat(join(root, 'w/into/sub'))).mode & 0o7777).toBe(0o750)
      expect((await lstat(join(root, 'tmp'))).mode & 0o7777).toBe(0o1777)
    })
  })

  it('gives owner and mode as asked, and root without', async () => {
    await built(
      'FROM busybox\nCOPY f /plain\nCOPY --chown=www-data f /a/named\nCOPY --chown=5:6 --chmod=640 f /numbers\n',
      [file('f', 'x', { uid: 1000, gid: 1000, mode: 0o4755 })],
    )
    await inImage(async (root) => {
      expect(await lstat(join(root, 'plain'))).toMatchObject({ uid: 0, gid: 0, mode: 0o104755, mtimeMs: 1e9 })
      expect(await lstat(join(root, 'a'))).toMatchObject({ uid: 33, gid: 33 })
      expect(await lstat(join(root, 'a/named'))).toMatchObject({ uid: 33, gid: 33 })
      expect(await lstat(join(root, 'numbers'))).toMatchObject({ uid: 5, gid: 6, mode: 0o100640 })
    })
    const { error } = await build('FROM busybox\nCOPY --chown=stranger f /x\n', { f: 'x' })
    expect(error).toMatchObject({ code: 'E_BUILD_COPY', where: { line: 2 } })
    expect(String(error)).toContain('"stranger"')
  })

  it('keeps links, and the owners of another stage', async () => {
    await built(`FROM busybox AS a
RUN mkdir /d && echo x > /d/f && ln /d/f /d/g && ln -s f /d/s && chown 42:43 /d/f
FROM busybox
COPY --from=a /d /d
COPY --from=0 /d/s /followed
`)
    await inImage(async (root) => {
      expect(await lstat(join(root, 'd/f'))).toMatchObject({ uid: 42, gid: 43, nlink: 2 })
      expect(await readlink(join(root, 'd/s'))).toBe('f')
      expect((await lstat(join(root, 'followed'))).isFile()).toBe(true)
    })
  })

  it('copies from an image, and never from outside of it', async () => {
    await built(
      'FROM scratch\nCOPY --from=busybox /bin/busybox /bin/busybox\nCOPY --from=busybox ../../etc/passwd /p\n',
    )
    expect(await text('p')).toContain('www-data')
  })

  it('stays in the context, whatever its symlinks say', async () => {
    const links = [symlink('out', '/etc'), symlink('up', '../../../../etc/passwd')]
    const hostile = [...links, folder('etc'), file('etc/passwd', 'mine')]
    await built('FROM busybox\nCOPY out/passwd /a\nCOPY up /b\nCOPY ../../etc/passwd /c\n', hostile)
    expect([await text('a'), await text('b'), await text('c')]).toEqual(['mine', 'mine', 'mine'])
  })

  it('goes through symlinks of the image to where they lead inside it', async () => {
    const links = 'mkdir -p /real && ln -s /real /link && ln -s ../../../../out /up'
    await built(`FROM busybox\nRUN ${links}\nCOPY f /link/\nCOPY f /up/f\n`, { f: 'x' })
    expect([await text('real/f'), await text('out/f')]).toEqual(['x', 'x'])
  })

  const refusals: readonly (readonly [line: string, message: string])[] = [
    ['COPY nope /x', 'file not found in build context or excluded by .dockerignore: stat nope'],
    ['COPY f d /x', 'the destination must be a directory and end with a /'],
    ['COPY --chmod=9 f /x', "invalid chmod parameter: '9'"],
    ['RUN ln -s /tmp /sub\nCOPY d /', 'cannot copy to non-directory: /sub'],
    ['COPY --from=nowhere.invalid/x /a /b', 'No such image: nowhere.invalid/x:latest'],
    ['COPY --from=5 /a /b', 'invalid stage index 5'],
  ]
  for (const [line, message] of refusals) {
    it(`refuses ${JSON.stringify(line)}`, async () => {
      const context = [file('f', 'x'), folder('d'), folder('d/sub'), file('d/sub/x', 'x')]
      const { error } = await build(`FROM busybox\n${line}\n`, context)
      expect(String(error)).toContain(message)
    })
  }

  it('finds nothing for a pattern without an error', async () => {
    await built('FROM busybox\nCOPY nope* /x/\n')
    expect(await inImage((root) => readdir(join(root, 'x')))).toEqual([])
  })

  it('copies nothing that .dockerignore leaves out, the ignore file of the Dockerfile first', async () => {
    const files = { '.dockerignore': 'a\nDockerfile\n', a: 'A', b: 'B' }
    await built('FROM scratch\nCOPY . /\n', files)
    expect(await inImage((root) => readdir(root))).toEqual(['.dockerignore', 'b'])
    await built('FROM scratch\nCOPY . /\n', { ...files, 'Dockerfile.dockerignore': 'b\n.*\n*file*\n' })
    expect(await inImage((root) => readdir(root))).toEqual(['a'])
  })
})

it('ADD unpacks local archives and copies everything else', async () => {
  const inner = await archiveOf([folder('top'), file('top/f', 'inner', { uid: 12 }), hardlink('top/g', 'top/f')])
  const binary = (name: string, body: Buffer): TarSource => ({ ...file(name, '', { size: body.length }), body: [body] })
  const context = [binary('a.tgz', gzipSync(inner)), binary('plain.gz', gzipSync('no archive'))]
  await built('FROM busybox\nADD a.tgz /x\nADD plain.gz /x/\nCOPY a.tgz /y/\n', context)
  await inImage(async (root) => {
    expect(await lstat(join(root, 'x/top/f'))).toMatchObject({ uid: 12, nlink: 2 })
    expect((await readdir(join(root, 'x'))).sort()).toEqual(['plain.gz', 'top'])
    expect(await readdir(join(root, 'y'))).toEqual(['a.tgz'])
  })
})

it('instructions about the configuration make the configuration', async () => {
  const lines = [
    'FROM busybox',
    'MAINTAINER somebody',
    'LABEL a=b "c d"="e f"',
    'EXPOSE 80 8000-8001/udp',
    'VOLUME /data /more',
    'USER www-data',
    'WORKDIR /a',
    'WORKDIR b/../c',
    'ENTRYPOINT ["/bin/sh"]',
    'CMD ["-c", "true"]',
    'HEALTHCHECK --interval=5s --retries=2 CMD test -f /ok',
    'STOPSIGNAL SIGQUIT',
  ]
  await built(lines.join('\n'), [], { labels: { given: 'yes' } })
  const { Config, Author } = await shop.images.inspect('test/image')
  expect(Author).toBe('somebody')
  expect(Config).toMatchObject({
    Labels: { a: 'b', 'c d': 'e f', given: 'yes' },
    ExposedPorts: { '80/tcp': {}, '8000/udp': {}, '8001/udp': {} },
    Volumes: { '/data': {}, '/more': {} },
    User: 'www-data',
    WorkingDir: '/a/c',
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c', 'true'],
    Healthcheck: { Test: ['CMD-SHELL', 'test -f /ok'], Interval: 5e9, Retries: 2 },
    StopSignal: 'SIGQUIT',
  })
  await inImage(async (root) => expect(await lstat(join(root, 'a/c'))).toMatchObject({ uid: 33, gid: 33 }))
})

it('an entrypoint drops a command that came with the base image, and none of its own', async () => {
  await built('FROM busybox\nENTRYPOINT ["a"]\n')
  expect((await shop.images.inspect('test/image')).Config.Cmd).toBeUndefined()
  await built('FROM busybox\nCMD ["b"]\nENTRYPOINT ["a"]\n')
  expect((await shop.images.inspect('test/image')).Config.Cmd).toEqual(['b'])
})

describe('a context', () => {
  it('without its Dockerfile is refused', async () => {
    const { error } = await build('', [], { dockerfile: 'nope/Dockerfile' })
    expect(error).toMatchObject({
      code: 'E_BUILD_CONTEXT',
      message: 'Cannot locate specified Dockerfile: nope/Dockerfile',
    })
  })

  it('that climbs out is refused', async () => {
    const { error } = await build('FROM busybox', [file('../evil', 'x')])
    expect(error).toMatchObject({ code: 'E_BUILD_CONTEXT' })
  })

  it('may hold files that are named like whiteouts, which an image cannot', async () => {
    await built('FROM scratch\nCOPY f /\n', [file('.wh.x', 'x'), file('f', 'x')])
    expect(await inImage((root) => readdir(root))).toEqual(['f'])
  })
})
