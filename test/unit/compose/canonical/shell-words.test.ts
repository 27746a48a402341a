import { describe, expect, it } from 'vitest'
import { shellWords } from '../../../../src/compose/canonical/shell-words.ts'

describe('shellWords', () => {
  it.each([
    ['echo hi', ['echo', 'hi']],
    ['  a \t b\nc ', ['a', 'b', 'c']],
    ['', []],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a"b"'c'd`, ['abcd']],
    [`'' ""`, ['', '']],
    ['a\\ b', ['a b']],
    [`"a\\"b"`, ['a"b']],
    [`'a\\b'`, ['a\\b']],
    ['a # b', ['a', '#', 'b']],
    ['a `b c` d', ['a', '`b c`', 'd']],
    ['echo $(a b) c', ['echo', '$(a b)', 'c']],
    ['$X ${Y}', ['$X', '${Y}']],
  ])('splits %s', (line, words) => {
    expect(shellWords(line)).toEqual({ words })
  })

  it.each([
    ['a && b', ['a'], '&& b'],
    ['a;b', ['a'], ';b'],
    ['a | b', ['a'], '| b'],
    ['a < b', ['a'], '< b'],
    ['a 2>x', ['a'], '>x'],
    ['a > x', ['a'], '> x'],
  ])('stops in %s', (line, words, cut) => {
    expect(shellWords(line)).toEqual({ words, cut })
  })

  it('keeps quoted operators', () => {
    expect(shellWords(`sh -c 'a && b' "c|d" e\\;f`)).toEqual({ words: ['sh', '-c', 'a && b', 'c|d', 'e;f'] })
  })

  it.each([`it's`, '"a', 'a\\', '(a', 'a)', 'x`a', '$(x'])('refuses %s', (line) => {
    expect(shellWords(line)).toBeUndefined()
  })
})
