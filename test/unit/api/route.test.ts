import { describe, expect, test } from 'vitest'
import { noContent } from '../../../src/api/answer.ts'
import { matcher } from '../../../src/api/route.ts'
import { routes } from '../../../src/api/routes.ts'

describe('matcher()', () => {
  const handler = (): typeof noContent => noContent
  const match = matcher([
    { method: 'GET', pattern: '/images/json', handler },
    { method: 'GET', pattern: '/images/{image...}/json', handler },
    { method: 'POST', pattern: '/containers/{id}/start', handler },
  ])

  test('takes one segment, decoded, for a parameter', () => {
    expect(match('POST', '/containers/a%20b/start')?.params).toEqual({ id: 'a b' })
    expect(match('POST', '/containers/a/b/start')).toBeUndefined()
    expect(match('GET', '/containers/a/start')).toBeUndefined()
  })

  test('takes several segments where the pattern says so', () => {
    expect(match('GET', '/images/host:5000/team/app:1/json')?.params).toEqual({ image: 'host:5000/team/app:1' })
    expect(match('GET', '/images/json')?.params).toEqual({})
  })

  test('leaves text that is badly encoded as it is', () => {
    expect(match('POST', '/containers/%zz/start')?.params).toEqual({ id: '%zz' })
  })
})

describe('routes', () => {
  test('have no two rows alike', () => {
    const keys = routes.map(({ method, pattern }) => `${method} ${pattern}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
