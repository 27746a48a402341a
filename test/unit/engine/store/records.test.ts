import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRecords } from '../../../../src/engine/store/records.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsc-records-'))
})
afterEach(() => rm(folder, { recursive: true }))

it.each([true, false])('what is put is loaded again (durable: %s), until it is deleted', async (durable) => {
  const records = await openRecords<{ n: number }>(folder)
  await records.put('a', { n: 1 }, { durable })
  await records.put('a', { n: 2 }, { durable })
  await records.put('b', { n: 3 }, { durable })
  expect((await (await openRecords<{ n: number }>(folder)).load()).toSorted((a, b) => a.n - b.n)).toEqual([
    { n: 2 },
    { n: 3 },
  ])
  await records.delete('a')
  await records.delete('never')
  expect(await records.load()).toEqual([{ n: 3 }])
})

it('writes of one record are done in their order, and leave no other files', async () => {
  const records = await openRecords<number>(folder)
  await Promise.all(Array.from({ length: 30 }, (_, n) => records.put('a', n, { durable: n % 2 === 0 })))
  expect(await records.load()).toEqual([29])
  expect(await readdir(folder)).toEqual(['a.json'])
})

it.each([
  ['torn', '{"schema":1,"val'],
  ['empty', ''],
  ['of another schema', '{"schema":2,"value":{}}'],
  ['without a value', '{"schema":1}'],
  ['no object', 'null'],
])('a file that is %s is set aside and named; the others are loaded', async (_, text) => {
  const broken: string[] = []
  const records = await openRecords<number>(folder, (file) => broken.push(file))
  await records.put('good', 1)
  await writeFile(join(folder, 'bad.json'), text)
  expect(await records.load()).toEqual([1])
  expect(broken).toEqual([join(folder, 'bad.json')])
  expect(await readFile(join(folder, 'bad.json.broken'), 'utf8')).toBe(text)
  expect(await records.load()).toEqual([1])
})

it('what a crash left half written is removed', async () => {
  const records = await openRecords<number>(folder)
  await writeFile(join(folder, 'a.json.12ab.tmp'), '{"sch')
  expect(await records.load()).toEqual([])
  expect(await readdir(folder)).toEqual([])
})
