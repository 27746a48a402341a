import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../../src/api/query.ts'

describe('parseQuery()', () => {
  test.each([
    ['1', true],
    ['true', true],
    ['True', true],
    ['yes', true],
    ['', false],
    ['0', false],
    ['False', false],
    ['no', false],
    ['none', false],
  ])('reads the flag "%s" as %s', (text, value) => {
    expect(parseQuery(`f=${text}`).flag('f')).toBe(value)
  })

  test('takes the fallback for a flag that is absent', () => {
    expect(parseQuery('').flag('rm', true)).toBe(true)
    expect(parseQuery('').flag('rm')).toBe(false)
  })

  test('reads whole numbers and names the parameter that is none', () => {
    expect(parseQuery('t=-1').integer('t')).toBe(-1)
    expect(parseQuery('t=').integer('t')).toBeUndefined()
    expect(() => parseQuery('t=1.5').integer('t')).toThrow('invalid value "1.5" of "t": not a whole number')
  })

  test('reads both encodings of filters', () => {
    const encode = (value: unknown): string => `filters=${encodeURIComponent(JSON.stringify(value))}`
    const expected = { label: ['a=b', 'c'] }
    expect(parseQuery(encode({ label: ['a=b', 'c'] })).filters(['label'])).toEqual(expected)
    expect(parseQuery(encode({ label: { 'a=b': true, c: true, d: false } })).filters(['label'])).toEqual(expected)
    expect(parseQuery('').filters(['label'])).toBeUndefined()
  })

  test('refuses an unknown filter in the words of Docker', () => {
    const query = parseQuery(`filters=${encodeURIComponent('{"x":["1"]}')}`)
    expect(() => query.filters(['label'])).toThrow(
      expect.objectContaining({ message: "invalid filter 'x'", httpStatus: 400 }),
    )
  })

  test.each(['{', '[]', '"x"', '{"label":"x"}'])('refuses filters that are %s', (text) => {
    expect(() => parseQuery(`filters=${encodeURIComponent(text)}`).filters(['label'])).toThrow(/^invalid/)
  })

  test('reads times, with 0 and nothing as none', () => {
    expect(parseQuery('since=1700000000.5').time('since')).toBe(1_700_000_000.5)
    expect(parseQuery('since=0').time('since')).toBeUndefined()
    expect(parseQuery('since=').time('since')).toBeUndefined()
    expect(() => parseQuery('since=soon').time('since')).toThrow('not a time')
  })
})
