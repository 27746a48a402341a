import { describe, expect, test } from 'vitest'
import { readShape } from '../../../src/api/read-shape.ts'
import { containerCreateShape } from '../../../src/api/shapes/container.ts'

const read = (value: unknown): unknown => readShape(value, containerCreateShape)

describe('readShape()', () => {
  test('keeps known fields, ignores unknown ones, and matches names without regard to case', () => {
    expect(read({ image: 'a', Nope: 1, HostConfig: { memory: 5, Nope: 2 } })).toEqual({
      Image: 'a',
      HostConfig: { Memory: 5 },
    })
  })

  test('leaves null fields out, and reads null in a map as Go does', () => {
    expect(
      read({
        Env: null,
        Labels: { a: null },
        HostConfig: { PortBindings: { '80/tcp': null } },
        NetworkingConfig: { EndpointsConfig: { net: null } },
      }),
    ).toEqual({
      Labels: { a: '' },
      HostConfig: { PortBindings: { '80/tcp': null } },
      NetworkingConfig: { EndpointsConfig: { net: {} } },
    })
  })

  test('takes one string where a command may be a list', () => {
    expect(read({ Cmd: 'sh', Entrypoint: ['a'] })).toEqual({ Cmd: ['sh'], Entrypoint: ['a'] })
  })

  test.each([
    [[], 'invalid JSON: body must be an object: got a list'],
    [{ Image: 1 }, 'invalid JSON: field "Image" must be a string: got number'],
    [{ Tty: 'yes' }, 'invalid JSON: field "Tty" must be true or false: got string'],
    [{ Env: ['A=1', 2] }, 'invalid JSON: field "Env[1]" must be a string: got number'],
    [{ HostConfig: { NanoCpus: 1.5 } }, 'invalid JSON: field "HostConfig.NanoCpus" must be a whole number: got number'],
    [{ Labels: { a: true } }, 'invalid JSON: field "Labels.a" must be a string: got boolean'],
    [
      { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: 80 }] } } },
      'invalid JSON: field "HostConfig.PortBindings.80/tcp[0].HostPort" must be a string: got number',
    ],
  ])('names the field whose type is wrong in %j', (value, message) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ message, httpStatus: 400 }))
  })
})
