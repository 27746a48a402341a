import { describe, expect, it } from 'vitest'
import { defaultProfile } from '../../../../../src/engine/runtime/seccomp/default-profile.ts'
import { parseSeccompProfile } from '../../../../../src/engine/runtime/seccomp/parse.ts'

const parse = (value: unknown) => parseSeccompProfile(JSON.stringify(value))
const withRule = (rule: object) => ({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [rule] })

describe('parseSeccompProfile', () => {
  it("reads the engine's own profile written out", () => {
    expect(parse(defaultProfile)).toEqual(defaultProfile)
  })

  it.each([
    ['{', 'Decoding seccomp profile failed: '],
    ['[]', 'the profile is not an object'],
    ['{}', 'defaultAction is not an action like SCMP_ACT_ALLOW'],
  ])('refuses %s', (text, message) => {
    expect(() => parseSeccompProfile(text)).toThrow(message)
  })

  it.each([
    [withRule({ names: ['a'], action: 'ALLOW' }), 'syscalls[0].action is not an action'],
    [withRule({ names: 'a', action: 'SCMP_ACT_LOG' }), 'syscalls[0].names is not a list'],
    [withRule({ names: [1], action: 'SCMP_ACT_LOG' }), 'syscalls[0].names is not a list of names'],
    [withRule({ name: 1, action: 'SCMP_ACT_LOG' }), 'syscalls[0].name is not a name'],
    [
      withRule({ names: ['a'], action: 'SCMP_ACT_LOG', includes: { caps: 'x' } }),
      'syscalls[0].includes.caps is not a list',
    ],
    [
      withRule({ names: ['a'], action: 'SCMP_ACT_LOG', args: [{ index: 0, value: 1, op: '==' }] }),
      'syscalls[0].args[0].op is not an operator',
    ],
    [
      withRule({ names: ['a'], action: 'SCMP_ACT_LOG', args: [{ index: 'x' }] }),
      'syscalls[0].args[0].index is not a number',
    ],
    [
      withRule({ names: ['a'], action: 'SCMP_ACT_LOG', args: [{ index: 0 }] }),
      'syscalls[0].args[0].value is not a number',
    ],
    [{ defaultAction: 'SCMP_ACT_LOG', archMap: [{}] }, 'archMap[0].architecture is not a name'],
  ])('names the wrong field of %j', (value, message) => {
    expect(() => parse(value)).toThrow(message)
  })
})
