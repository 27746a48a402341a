import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from '../../../src/errors/catalogue.ts'

const TOP = resolve(import.meta.dirname, '../../..')

const rows = Object.entries(catalogue)

const errorsPage = (): string => {
  const lines = [
    '# Errors',
    '',
    'Every error has a code, which is never renamed, one sentence that says what failed with the values that matter, the place in',
    'your file where there is one, and a hint. `--debug` adds the stack. This page is written by `npx vitest run -u test/unit/errors`.',
    '',
    '| code | what happened | what to do | exit status | API status |',
    '| --- | --- | --- | --- | --- |',
    ...rows
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, row]) => `| \`${code}\` | ${row.title} | ${row.hint} | ${row.exit} | ${row.http} |`),
    '',
  ]
  return lines.join('\n')
}

test('docs/errors.md lists the whole catalogue', async () => {
  await expect(errorsPage()).toMatchFileSnapshot(join(TOP, 'docs/errors.md'))
})

test('every code is thrown or reported somewhere', () => {
  const sources = readdirSync(join(TOP, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('errors/catalogue'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
  expect(rows.map(([code]) => code).filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})

test.each(rows)('%s says what happened and what to do without a full stop', (_, row) => {
  expect(row.title).toMatch(/^[A-Z].*[^.]$/)
  expect(row.hint).not.toMatch(/\.$/)
  expect(row.exit).toBeGreaterThan(0)
  expect(row.http).toBeGreaterThanOrEqual(400)
})
