import { describe, expect, test } from 'vitest'
import { registryAuth } from '../../../src/api/registry-auth.ts'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('registryAuth()', () => {
  test('reads the known fields', () => {
    const header = encode({ username: 'u', password: 'p?>', serveraddress: 'r:5000', email: 'x', identitytoken: '' })
    expect(registryAuth(header)).toEqual({ username: 'u', password: 'p?>', serveraddress: 'r:5000' })
  })

  test.each([undefined, '', encode({}), encode(null)])('takes %j as anonymous', (header) => {
    expect(registryAuth(header)).toBeUndefined()
  })

  test('refuses what it cannot read without repeating it', () => {
    expect(() => registryAuth('secret')).toThrow(/^invalid X-Registry-Auth header$/)
    expect(() => registryAuth(encode(['secret']))).toThrow(/^invalid X-Registry-Auth header$/)
  })
})
