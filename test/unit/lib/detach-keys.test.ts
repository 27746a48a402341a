import { describe, expect, test } from 'vitest'
import { detachScanner, parseDetachKeys } from '../../../src/lib/detach-keys.ts'

describe('parseDetachKeys()', () => {
  test.each([
    ['ctrl-p,ctrl-q', [16, 17]],
    ['ctrl-@,ctrl-[', [0, 27]],
    ['a,ctrl-_', [97, 31]],
  ])('reads %s', (text, keys) => {
    expect(parseDetachKeys(text)).toEqual(keys)
  })

  test.each(['ctrl-', 'ctrl-1', 'alt-a', 'ab', ''])('does not take "%s"', (text) => {
    expect(parseDetachKeys(text)).toBeUndefined()
  })
})

describe('detachScanner()', () => {
  const type = (...reads: number[][]): { pass: number[]; detached: boolean } => {
    const scan = detachScanner([16, 17])
    const pass: number[] = []
    for (const read of reads) {
      const result = scan(Uint8Array.from(read))
      pass.push(...result.pass)
      if (result.detached) return { pass, detached: true }
    }
    return { pass, detached: false }
  }

  test('finds the sequence within a read and over several', () => {
    expect(type([1, 16, 17, 2])).toEqual({ pass: [1], detached: true })
    expect(type([1, 16], [17])).toEqual({ pass: [1], detached: true })
  })

  test('gives out what was held back when the sequence does not come true', () => {
    expect(type([16], [5])).toEqual({ pass: [16, 5], detached: false })
    expect(type([16, 16], [17])).toEqual({ pass: [16], detached: true })
  })
})
