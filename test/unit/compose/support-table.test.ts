import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PHASE_NAMES } from '../../../src/compose/phases.ts'
import { UNSUPPORTED } from '../../../src/compose/validate/known-attributes.ts'
import { attributes } from '../../../src/compose/validate/schema-validator.generated.js'

const DOC = readFileSync(new URL('../../../docs/compose.md', import.meta.url), 'utf8')

/** Mappings whose keys are names that the user gives have no table. */
const NAMED = ['services', 'networks', 'volumes', 'configs', 'secrets']

/** `attribute: yes|no` of each section, by the path under its heading. */
const documented = (): Record<string, string[]> => {
  const sections = DOC.split(/^### /m).slice(1)
  return Object.fromEntries(
    sections.map((section) => {
      const path = /^[^\n]*\n\n`([^`]+)`\n/.exec(section)?.[1] ?? ''
      const rows = [...section.matchAll(/^\| `([^`]+)` +\| (yes|no) /gm)]
      return [path, rows.map(([, attribute = '', state = '']) => `${attribute}: ${state}`)]
    }),
  )
}

describe('docs/compose.md', () => {
  it('says of every attribute whether it is supported', () => {
    const expected = Object.entries(attributes)
      .filter(([path]) => !NAMED.includes(path))
      .map(([path, supported]): [string, string[]] => [
        path,
        [
          ...supported.map((attribute) => `${attribute}: yes`),
          ...(UNSUPPORTED[path] ?? []).map((attribute) => `${attribute}: no`),
        ].sort(),
      ])
    expect(documented()).toEqual(Object.fromEntries(expected))
  })

  it('names the phases in order', () => {
    const phases = /\| phase [^]*?\n\n/.exec(DOC)?.[0] ?? ''
    expect([...phases.matchAll(/^\| `([a-z]+)`/gm)].map(([, name]) => name)).toEqual(PHASE_NAMES)
  })
})
