import { describe, expect, it } from 'vitest'
import { readPlainScalar, scalarText } from '../../../../src/compose/source/scalar.ts'

describe('readPlainScalar', () => {
  it.each([
    ['', null],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['true', true],
    ['FALSE', false],
    ['yes', 'yes'],
    ['on', 'on'],
    ['10', 10],
    ['+10', 10],
    ['-10', -10],
    ['017', 15],
    ['0o17', 15],
    ['08', 8],
    ['0b11', 3],
    ['0x1F', 31],
    ['1_000', 1000],
    ['1.10', 1.1],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['.inf', Infinity],
    ['1.2.3', '1.2.3'],
    ['22:22', '22:22'],
    ['2001-01-01', '2001-01-01'],
    ['-', '-'],
    ['0x', '0x'],
    ['12345678901234567890', 12345678901234567890n],
    ['99999999999999999999', 1e20],
  ])('reads %s', (text, value) => {
    expect(readPlainScalar(text)).toBe(value)
  })
})

describe('scalarText', () => {
  it.each([
    [1.1, '1.1'],
    [1000, '1000'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [1e30, '1e+30'],
    [0.00001, '1e-05'],
    [0.0001, '0.0001'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
    [12345678901234567890n, '12345678901234567890'],
    [true, 'true'],
    ['text', 'text'],
    [null, ''],
  ])('prints %s as Go does', (value, text) => {
    expect(scalarText(value)).toBe(text)
  })
})
