import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packContext } from '../../../src/cli/build-context.ts'
import { readTar } from '../../../src/lib/tar/read-tar.ts'

let context: string

beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), 'build-context-'))
})
afterEach(() => rm(context, { recursive: true, force: true }))

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(context, name)), { recursive: true })
    await writeFile(join(context, name), text)
  }
}

const pack = async (build: Partial<Parameters<typeof packContext>[0]> = {}) => {
  const packed = await packContext({ context, ...build }, { signal: new AbortController().signal })
  const names: string[] = []
  for await (const { header } of readTar(packed.archive)) {
    expect([header.uid, header.gid]).toEqual([0, 0])
    names.push(header.name)
  }
  return { names, dockerfile: packed.dockerfile }
}

describe('packContext', () => {
  it('packs files, folders and links in order of their names', async () => {
    await write({ Dockerfile: 'FROM x', 'src/b': '', 'src/a': '1' })
    await symlink('src/a', join(context, 'link'))
    expect((await pack()).names).toEqual(['Dockerfile', 'link', 'src/', 'src/a', 'src/b'])
  })

  it('leaves out what .dockerignore names, and takes exceptions back', async () => {
    await write({
      Dockerfile: 'FROM x',
      '.dockerignore': 'node_modules\n*.log\n!keep.log\nDockerfile\n',
      'a.log': '',
      'keep.log': '',
      'node_modules/x/y': '',
    })
    expect((await pack()).names).toEqual(['.dockerignore', 'Dockerfile', 'keep.log'])
  })

  it("prefers the Dockerfile's own ignore file", async () => {
    await write({ 'dev.Dockerfile': 'FROM x', 'dev.Dockerfile.dockerignore': 'a', '.dockerignore': 'b', a: '', b: '' })
    const { names } = await pack({ dockerfile: 'dev.Dockerfile' })
    expect(names).toContain('b')
    expect(names).not.toContain('a')
  })

  it('gives an inline Dockerfile a name that no file has', async () => {
    await write({ Dockerfile: 'FROM other' })
    const { names, dockerfile } = await pack({ dockerfile_inline: 'FROM x' })
    expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/)
    expect(names).toEqual([dockerfile, 'Dockerfile'])
  })

  it('brings a Dockerfile from outside the context', async () => {
    await write({ 'app/main': '', Dockerfile: 'FROM x' })
    const { names, dockerfile } = await pack({ context: join(context, 'app'), dockerfile: '../Dockerfile' })
    expect(names).toEqual([dockerfile, 'main'])
  })

  it.each([
    [{}, /^Cannot read the Dockerfile "/],
    [{ context: '/no/such/folder' }, /^Cannot read the build context "\/no\/such\/folder": ENOENT/],
    [{ context: 'https://example.org/x.git' }, /^Cannot build from "https:\/\/example.org\/x.git": only folders/],
  ])('refuses %j', async (build, message) => {
    await expect(pack(build)).rejects.toThrow(message)
  })
})
