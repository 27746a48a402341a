import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, describe, it } from 'vitest'
import { applyIgnore, parseIgnore } from '../../../../src/engine/build/ignore.ts'

const FILES = [
  'a.md',
  'README.md',
  'docs/README.md',
  'docs/x/y.md',
  'src/a.js',
  'src/deep/b.js',
  'src/deep/b.tmp',
  'tmp',
]

const left = async (ignore: string): Promise<string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'ignore-'))
  try {
    for (const path of FILES) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), '')
    }
    await applyIgnore(folder, parseIgnore(ignore))
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort()
  } finally {
    await rm(folder, { recursive: true })
  }
}
const without = (...gone: string[]): string[] => FILES.filter((path) => !gone.includes(path)).sort()

describe('.dockerignore', () => {
  const table: readonly (readonly [ignore: string, gone: readonly string[]])[] = [
    ['', []],
    ['# tmp\n', []],
    ['tmp', ['tmp']],
    ['/tmp/', ['tmp']],
    ['./tmp', ['tmp']],
    ['*.md', ['a.md', 'README.md']],
    ['**/*.md', ['a.md', 'README.md', 'docs/README.md', 'docs/x/y.md']],
    ['docs', ['docs/README.md', 'docs/x/y.md']],
    ['docs\n!docs/README.md', ['docs/x/y.md']],
    ['*.md\n!README.md', ['a.md']],
    ['!README.md\n*.md', ['a.md', 'README.md']],
    ['*\n!src', ['a.md', 'README.md', 'docs/README.md', 'docs/x/y.md', 'tmp']],
    ['*\n!**/*.js', ['a.md', 'README.md', 'docs/README.md', 'docs/x/y.md', 'src/deep/b.tmp', 'tmp']],
    ['src/**/*.tmp', ['src/deep/b.tmp']],
    ['src/**', ['src/a.js', 'src/deep/b.js', 'src/deep/b.tmp']],
    ['?.md', ['a.md']],
    ['[^a].md', []],
    ['[a-c].md', ['a.md']],
    ['deep', []],
    ['**/deep', ['src/deep/b.js', 'src/deep/b.tmp']],
  ]
  for (const [ignore, gone] of table) {
    it(`${JSON.stringify(ignore)} leaves out ${gone.join(', ') || 'nothing'}`, async () => {
      expect(await left(ignore)).toEqual(without(...gone))
    })
  }

  it('cannot exclude nothing from exclusion', () => {
    expect(() => parseIgnore('a\n!\n')).toThrow('illegal exclusion pattern')
  })
})
