import { describe, expect, it } from 'vitest'
import { defined } from '../../../src/lib/defined.ts'

describe('defined', () => {
  it('leaves out undefined only, and keeps the order', () => {
    expect(Object.entries(defined({ a: 0, b: undefined, c: null, d: '', e: false }))).toEqual([
      ['a', 0],
      ['c', null],
      ['d', ''],
      ['e', false],
    ])
  })
})
