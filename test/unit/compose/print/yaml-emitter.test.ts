import { assert, constantFrom, oneof, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { emitYaml } from '../../../../src/compose/print/yaml-emitter.ts'

it('writes texts that a YAML parser reads back', () => {
  const text = oneof(
    string({
      unit: constantFrom(
        '\0',
        '\x07',
        '\x1B',
        '\x7F',
        '\u0085',
        '\u00A0',
        'é',
        '\u2028',
        '\uFEFF',
        '😀',
        'a',
        '\n',
        ' ',
      ),
      maxLength: 10,
    }),
    string({ unit: constantFrom(...' \t\n-:#?\'"[]{},&*!|>%@`~=<ab01'.split('')), maxLength: 10 }),
    constantFrom('yes', 'null', '0x1F', '1e3', '22:22', '2001-01-01', '---', '...', '<<', '- a', 'a: b', '.inf'),
  )
  assert(
    property(text, (value) => {
      const node = { key: value, list: [value, [value, { value }]], ['k'.concat(value)]: '', last: value }
      expect(parse(emitYaml(node))).toEqual(node)
    }),
  )
}, 60_000)

it('writes values that are no text', () => {
  expect(emitYaml({ a: 1, b: 0.5, c: true, d: null, e: [], f: {}, g: 1e21 })).toBe(
    ['a: 1', 'b: 0.5', 'c: true', 'd: null', 'e: []', 'f: {}', 'g: 1e+21', ''].join('\n'),
  )
})

it('indents lists below their key and inside lists', () => {
  expect(emitYaml({ a: [1, [2, [3]], { b: 4, c: [] }], d: {} })).toBe(
    ['a:', '  - 1', '  - - 2', '    - - 3', '  - b: 4', '    c: []', 'd: {}', ''].join('\n'),
  )
})
