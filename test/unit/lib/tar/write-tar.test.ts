import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTar } from '../../../../src/lib/tar/read-tar.ts'
import type { TarHeader } from '../../../../src/lib/tar/tar-header.ts'
import { writeTar } from '../../../../src/lib/tar/write-tar.ts'
import { archiveOf, chopped, collect, file, folder, symlink } from '../../../support/layers/tar-entry.ts'

const listed = (archive: Uint8Array): string =>
  execFileSync('tar', ['-t', '-v', '--numeric-owner', '-f', '-'], {
    input: archive,
    encoding: 'utf8',
    env: { TZ: 'UTC', PATH: process.env['PATH'] },
  })

it('GNU tar reads what is written', async () => {
  const name = `${'long'.repeat(60)}/${'name'.repeat(60)}`
  const archive = await archiveOf([
    folder('d', { mode: 0o1777 }),
    file(name, 'text', { uid: 3_000_000 }),
    symlink('s', 'd'),
  ])
  expect(
    listed(archive)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ')),
  ).toEqual([
    'drwxrwxrwt 0/0 0 1970-01-12 13:46 d',
    `-rw-r--r-- 3000000/0 4 1970-01-12 13:46 ${name}`,
    'lrwxrwxrwx 0/0 0 1970-01-12 13:46 s -> d',
    '',
  ])
})

const header = fc.record({
  name: fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }).filter((name) => !/[\0]|\/$/.test(name)),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 2 ** 32 }),
  gid: fc.integer({ min: 0, max: 2 ** 32 }),
  mtime: fc.integer({ min: -(2 ** 33), max: 2 ** 40 }),
  mtimeNanos: fc.integer({ min: 1, max: 999_999_999 }),
  xattrs: fc.array(fc.tuple(fc.stringMatching(/^user\.[a-z]{1,9}$/), fc.uint8Array({ minLength: 1 }))),
})

it('what is written is read back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(header, fc.uint8Array({ maxLength: 2000 })), { maxLength: 5 }),
      async (items) => {
        const headers = items.map(([{ xattrs, ...rest }, body]): TarHeader => {
          const attributes = new Map(xattrs.toSorted(([a], [b]) => (a < b ? -1 : 1)))
          return { ...rest, type: 'file', size: body.length, ...(attributes.size > 0 ? { xattrs: attributes } : {}) }
        })
        const sources = headers.map((written, i) => ({ header: written, body: [items[i]?.[1] ?? new Uint8Array()] }))
        const archive = await collect(writeTar(sources))
        const found: unknown[] = []
        for await (const { header: read, body } of readTar(chopped(archive, 333))) {
          const attributes = [...(read.xattrs ?? [])].map(([key, value]) => [key, Buffer.from(value).toString('hex')])
          found.push([{ ...read, xattrs: attributes }, (await collect(body)).toString('hex')])
        }
        expect(found).toEqual(
          headers.map((written, i) => [
            {
              ...written,
              xattrs: [...(written.xattrs ?? [])].map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
            },
            Buffer.from(items[i]?.[1] ?? []).toString('hex'),
          ]),
        )
      },
    ),
    { numRuns: 60 },
  )
})
