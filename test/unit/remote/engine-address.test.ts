import { describe, expect, test } from 'vitest'
import { parseEngineAddress, printEngineAddress } from '../../../src/remote/engine-address.ts'

describe('parseEngineAddress()', () => {
  test.each([
    ['/run/x.sock', { kind: 'unix', path: '/run/x.sock' }],
    ['unix:///run/x.sock', { kind: 'unix', path: '/run/x.sock' }],
    ['tcp://host:1234', { kind: 'tcp', host: 'host', port: 1234 }],
    ['tcp://host', { kind: 'tcp', host: 'host', port: 2375 }],
    ['tcp://:2376', { kind: 'tcp', host: '127.0.0.1', port: 2376 }],
    ['http://[::1]:80/', { kind: 'tcp', host: '::1', port: 80 }],
  ])('reads %s', (text, address) => {
    expect(parseEngineAddress(text)).toEqual(address)
  })

  test.each(['', 'engine.sock', 'unix://relative', 'ssh://host', 'tcp://host:0', 'tcp://host:99999', 'tcp://a/b'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseEngineAddress(text)).toThrow(expect.objectContaining({ code: 'E_API_BAD_ADDRESS' }))
    },
  )

  test.each(['unix:///run/x.sock', 'tcp://host:1234', 'tcp://[::1]:80'])('prints %s as it was read', (text) => {
    expect(printEngineAddress(parseEngineAddress(text))).toBe(text)
  })
})
