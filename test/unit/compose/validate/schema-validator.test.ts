import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { attributes, validate } from '../../../../src/compose/validate/schema-validator.generated.js'
import { UNSUPPORTED } from '../../../../src/compose/validate/known-attributes.ts'

const inRepo = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))

it('is what scripts/compile-schema.mjs makes of the schema', () => {
  const made = execFileSync(process.execPath, [inRepo('scripts/compile-schema.mjs'), '--print'], { encoding: 'utf8' })
  const path = 'src/compose/validate/schema-validator.generated.js'
  expect(readFileSync(inRepo(path), 'utf8') === made, `run: node scripts/compile-schema.mjs`).toBe(true)
}, 60_000)

it('needs nothing at run time', () => {
  const code = readFileSync(inRepo('src/compose/validate/schema-validator.generated.js'), 'utf8')
  expect(code).not.toMatch(/\brequire\(|^import /m)
})

it('knows each attribute in one way only', () => {
  for (const [path, names] of Object.entries(UNSUPPORTED)) {
    expect(attributes[path]).toBeDefined()
    expect(names.filter((name) => attributes[path]?.includes(name))).toEqual([])
  }
})

it('accepts what it must and refuses what it must', () => {
  expect(validate({ services: { a: { image: 'a', 'x-own': 1 } }, 'x-top': {} })).toBe(true)
  expect(validate({ services: { a: { imag: 'a' } } })).toBe(false)
})
