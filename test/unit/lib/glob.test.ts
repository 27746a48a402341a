import { describe, expect, it } from 'vitest'
import { globRegExp } from '../../../src/lib/glob.ts'

describe('patterns', () => {
  const table: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
    ['a', ['a'], ['b', 'aa', 'a/b']],
    ['a*', ['a', 'abc'], ['a/b', 'ba']],
    ['*/b', ['a/b', '/b'], ['a/c/b']],
    ['?.md', ['a.md'], ['.md', 'ab.md', '/.md']],
    ['[a-c]x', ['ax', 'cx'], ['dx']],
    ['[^a-c]x', ['dx'], ['ax', '/x']],
    ['[[]', ['['], ['a']],
    ['a\\*', ['a*'], ['ab']],
    ['a.b+c', ['a.b+c'], ['axb+c', 'a.bbc']],
  ]
  for (const [pattern, yes, no] of table) {
    it(`${pattern} fits ${yes.join(' ')} and not ${no.join(' ')}`, () => {
      const expression = globRegExp(pattern)
      expect(yes.filter((name) => !expression.test(name))).toEqual([])
      expect(no.filter((name) => expression.test(name))).toEqual([])
    })
  }
})
