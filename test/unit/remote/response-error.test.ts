import { describe, expect, test } from 'vitest'
import { responseError } from '../../../src/remote/response-error.ts'

describe('responseError()', () => {
  test('takes code and hint of an engine that gives them', () => {
    const body = JSON.stringify({ message: 'no', code: 'E_STORE_FULL', hint: 'free space' })
    expect(responseError(507, body)).toMatchObject({
      code: 'E_STORE_FULL',
      message: 'no',
      hint: 'free space',
      httpStatus: 507,
    })
  })

  test.each([
    [404, 'No such container: x', 'E_CONTAINER_NOT_FOUND'],
    [404, 'No such image: x:latest', 'E_IMAGE_NOT_FOUND'],
    [404, 'network x not found', 'E_NETWORK_NOT_FOUND'],
    [404, 'get x: no such volume', 'E_VOLUME_NOT_FOUND'],
    [404, 'page not found', 'E_API_NO_ROUTE'],
    [409, 'Conflict. The container name is in use', 'E_CONTAINER_CONFLICT'],
    [500, 'anything', 'E_API_FAILED'],
  ])('tells by status %i and the words "%s" what it is', (status, message, code) => {
    expect(responseError(status, JSON.stringify({ message }))).toMatchObject({ code, message, httpStatus: status })
  })

  test('does not trust a code that is not known', () => {
    const body = JSON.stringify({ message: 'no', code: 'toString' })
    expect(responseError(500, body).code).toBe('E_API_FAILED')
  })

  test.each([
    ['plain text\n', 'plain text'],
    ['', 'The engine answered with status 502'],
  ])('makes do with the body %j', (body, message) => {
    expect(responseError(502, body).message).toBe(message)
  })
})
