import { expect, it } from 'vitest'
import { parseChallenges } from '../../../../../src/engine/image/registry/challenge.ts'

it('a challenge has a scheme and parameters', () => {
  expect(parseChallenges('Bearer realm="https://auth/token",service="a b",scope="x:y:pull,push"')).toEqual([
    { scheme: 'bearer', parameters: { realm: 'https://auth/token', service: 'a b', scope: 'x:y:pull,push' } },
  ])
})

it('a header may hold several', () => {
  expect(parseChallenges('Negotiate, Basic realm=plain, Bearer realm="q\\"uoted"')).toEqual([
    { scheme: 'negotiate', parameters: {} },
    { scheme: 'basic', parameters: { realm: 'plain' } },
    { scheme: 'bearer', parameters: { realm: 'q"uoted' } },
  ])
})

it('nonsense has none', () => {
  expect(parseChallenges('')).toEqual([])
  expect(parseChallenges('="x"')).toEqual([])
})
