import { expect, it } from 'vitest'
import { chainIds } from '../../../src/spec/chain-id.ts'
import { sha256 } from '../../../src/spec/sha256.ts'

it('the bottom layer is named by itself, and each other by what is below it', () => {
  const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')]
  const two = sha256(`${a} ${b}`)
  expect(chainIds([a, b, c])).toEqual([a, two, sha256(`${two} ${c}`)])
  expect(chainIds([])).toEqual([])
})
