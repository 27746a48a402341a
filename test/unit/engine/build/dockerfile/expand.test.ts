import { describe, expect, it } from 'vitest'
import { expandWord, expandWords } from '../../../../../src/engine/build/dockerfile/expand.ts'

const variables = new Map([
  ['x', 'X'],
  ['empty', ''],
  ['list', 'a b  c'],
])
const word = (text: string): string => expandWord(text, { variables, escape: '\\' })
const words = (text: string): string[] => expandWords(text, { variables, escape: '\\' })

const table: readonly (readonly [text: string, value: string])[] = [
  ['$x', 'X'],
  ['${x}', 'X'],
  ['a$x-b', 'aX-b'],
  ['a${x}b', 'aXb'],
  ['$unset', ''],
  ['${unset}', ''],
  ['\\$x', '$x'],
  ["'$x'", '$x'],
  ['"$x"', 'X'],
  ['"\\$x"', '$x'],
  ['"a\\b"', 'a\\b'],
  ['a\\b', 'ab'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$.', '$.'],
  ['"\'$x\'"', "'X'"],
  ['${x:-d}', 'X'],
  ['${unset:-d}', 'd'],
  ['${empty:-d}', 'd'],
  ['${empty-d}', ''],
  ['${unset-d}', 'd'],
  ['${x:+d}', 'd'],
  ['${empty:+d}', ''],
  ['${empty+d}', 'd'],
  ['${unset+d}', ''],
  ['${unset:-$x}', 'X'],
  ['${unset:-${empty:-deep}}', 'deep'],
  ['${unset:-a b}', 'a b'],
  ['${unset:-"}"}', '}'],
  ['${x:?needed}', 'X'],
]

describe('words', () => {
  for (const [text, value] of table) it(`${text} is ${JSON.stringify(value)}`, () => expect(word(text)).toBe(value))
})

describe('what cannot be expanded', () => {
  const bad: readonly (readonly [text: string, message: string])[] = [
    ['${unset:?needed}', 'unset: needed'],
    ['${empty:?}', 'empty: not allowed to be empty'],
    ['${unset?}', 'unset: not allowed to be unset'],
    ['${}', 'bad substitution'],
    ['${:x}', 'bad substitution'],
    ['${x', 'missing "}"'],
    ['${x:-y', 'missing "}"'],
    ['"x', 'double-quote'],
    ["'x", 'single-quote'],
    ['${x:z}', 'unsupported modifier'],
  ]
  for (const [text, message] of bad) it(`${text} says ${message}`, () => expect(() => word(text)).toThrow(message))
})

describe('lists', () => {
  it('are cut at blanks, also at those that a variable brings', () => {
    expect(words('80 $list')).toEqual(['80', 'a', 'b', 'c'])
  })

  it('keep blanks within quotes, and empty quotes', () => {
    expect(words('"$list" \'d e\' ""')).toEqual(['a b  c', 'd e', ''])
  })

  it('have no word for a variable that is not set', () => {
    expect(words('a $unset b')).toEqual(['a', 'b'])
  })
})

it('another escape character leaves backslashes alone', () => {
  expect(expandWord('c:\\dir `$x', { variables, escape: '`' })).toBe('c:\\dir $x')
})
