import { describe, expect, it } from 'vitest'
import { TemplateError, evaluate, parseTemplate } from '../../../../src/compose/interpolate/template.ts'

const VALUES: Readonly<Record<string, string>> = { FOO: 'first', BAR: '', _x1: 'under' }

const fill = (template: string, unset: string[] = []): string =>
  evaluate(parseTemplate(template), { get: (name) => VALUES[name], unset: (name) => unset.push(name) })

const faultOf = (template: string): unknown => {
  try {
    return fill(template)
  } catch (error) {
    return error instanceof TemplateError ? error.fault : error
  }
}

describe('templates', () => {
  it.each([
    ['plain', 'plain'],
    ['$FOO', 'first'],
    ['${FOO}', 'first'],
    ['$FOO-bar', 'first-bar'],
    ['$_x1.', 'under.'],
    ['$$FOO', '$FOO'],
    ['$$$FOO', '$first'],
    ['$1 $ x $', '$1 $ x $'],
    ['${FOO:-a}', 'first'],
    ['${BAR:-a}', 'a'],
    ['${BAR-a}', ''],
    ['${NONE:-a}', 'a'],
    ['${NONE-a}', 'a'],
    ['${NONE:-}', ''],
    ['${FOO:+a}', 'a'],
    ['${BAR:+a}', ''],
    ['${BAR+a}', 'a'],
    ['${NONE+a}', ''],
    ['${FOO:?m}', 'first'],
    ['${BAR?m}', ''],
    ['${NONE:-${BAR:-${FOO}}}', 'first'],
    ['${NONE:-{"a":{"b":1}}}', '{"a":{"b":1}}'],
    ['${FOO:-a}b}', 'firstb}'],
    ['${NONE-my?error:-x}', 'my?error:-x'],
    ['${NONE:-$$x$FOO}', '$xfirst'],
    ['${NONE:-a\nb}', 'a\nb'],
  ])('%s becomes %s', (template, text) => {
    expect(fill(template)).toBe(text)
  })

  it.each(['${', '${}', '${ FOO}', '${FOO }', '${FOO!}', '${FOO.BAR}', '${FOO', 'a ${NONE:-${} b}', '${1}'])(
    '%s is malformed',
    (template) => {
      expect(faultOf(template)).toMatchObject({ kind: 'malformed' })
    },
  )

  it.each([
    ['${NONE?}', 'NONE', ''],
    ['${NONE?bar-baz}', 'NONE', 'bar-baz'],
    ['${BAR:?set ${FOO}}', 'BAR', 'set first'],
    ['${NONE:-${BAR:?inner}}', 'BAR', 'inner'],
  ])('%s asks for %s', (template, variable, detail) => {
    expect(faultOf(template)).toMatchObject({ kind: 'required', variable, detail })
  })

  it('tells of unset variables, but not in operands that are not used', () => {
    const unset: string[] = []
    fill('$A ${B} ${C-} ${FOO:-$D} ${FOO:+$E} ${BAR:-$F}', unset)
    expect(unset).toEqual(['A', 'B', 'E', 'F'])
  })
})
