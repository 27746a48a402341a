import { assert, constantFrom, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { naturalOrder } from '../../../../src/compose/print/natural-order.ts'

it('counts numbers inside names', () => {
  const names = ['a10', 'a2', 'aB', 'a_b', 'a', '1', 'b', 'A', 'a02', 'a-1', 'a.1']
  expect(names.sort(naturalOrder)).toEqual(['1', 'A', 'a', 'a-1', 'a.1', 'a_b', 'a2', 'a02', 'a10', 'aB', 'b'])
})

it('is the same in both directions', () => {
  const name = string({ unit: constantFrom(...'ab019_-.Z'.split('')) })
  assert(
    property(name, name, (a, b) => {
      expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0)
    }),
  )
})
