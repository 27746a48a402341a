import { describe, expect, it } from 'vitest'
import { ociJson } from '../../../../src/engine/runtime/oci-json.ts'
import { RLIM_INFINITY } from '../../../../src/engine/runtime/rlimits.ts'

describe('ociJson', () => {
  it('prints a bigint as a bare number', () => {
    expect(ociJson({ soft: 1, hard: RLIM_INFINITY })).toBe('{"soft":1,"hard":18446744073709551615}')
  })

  it('leaves strings that look like numbers alone', () => {
    const value = { env: ['18446744073709551615', '"1"', '$1'] }
    expect(JSON.parse(ociJson(value))).toEqual(value)
  })
})
