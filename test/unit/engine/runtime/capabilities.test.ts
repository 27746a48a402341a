import { describe, expect, it } from 'vitest'
import {
  boundingSet,
  capabilitiesOf,
  capabilityMask,
  capabilitySets,
} from '../../../../src/engine/runtime/capabilities.ts'

const EVERYTHING = new Set(capabilitiesOf('1ffffffffff'))
const maskOf = (hostConfig: Parameters<typeof boundingSet>[0], host = EVERYTHING): string =>
  capabilityMask(boundingSet(hostConfig, host).names)

describe('boundingSet', () => {
  it("is Docker's mask by default", () => {
    expect(maskOf({})).toBe('00000000a80425fb')
  })

  it.each([
    ['adds with and without CAP_, in any case', { CapAdd: ['NET_ADMIN', 'cap_sys_time'] }, '00000000aa0435fb'],
    ['drops one', { CapDrop: ['CAP_MKNOD'] }, '00000000a00425fb'],
    ['drops all and adds one', { CapDrop: ['ALL'], CapAdd: ['CHOWN'] }, '0000000000000001'],
    ['adds all but one', { CapAdd: ['all'], CapDrop: ['SYS_ADMIN'] }, '000001ffffdfffff'],
    ['lets an added one win over the same dropped', { CapAdd: ['MKNOD'], CapDrop: ['MKNOD'] }, '00000000a80425fb'],
    ['gives a privileged container everything', { Privileged: true, CapDrop: ['ALL'] }, '000001ffffffffff'],
  ])('%s', (_name, hostConfig, mask) => {
    expect(maskOf(hostConfig)).toBe(mask)
  })

  it('gives no more than the host has, and warns only of what was asked for by name', () => {
    const host = new Set(capabilitiesOf('1fffeffffff'))
    expect(boundingSet({ Privileged: true }, host)).toMatchObject({ warnings: [] })
    expect(maskOf({ CapAdd: ['ALL'] }, host)).toBe('000001fffeffffff')
    const asked = boundingSet({ CapAdd: ['SYS_RESOURCE'] }, host)
    expect(capabilityMask(asked.names)).toBe('00000000a80425fb')
    expect(asked.warnings).toEqual(['Capability "CAP_SYS_RESOURCE" is not given: the engine does not have it itself'])
  })

  it('refuses a name that no kernel knows', () => {
    expect(() => boundingSet({ CapDrop: ['FLY'] }, EVERYTHING)).toThrow(
      'invalid CapDrop: unknown capability: "CAP_FLY"',
    )
  })
})

describe('capabilitySets', () => {
  it('keeps inheritable and ambient empty, and gives other users than root the bound alone', () => {
    expect(capabilitySets(['CAP_KILL'], 0)).toEqual({
      bounding: ['CAP_KILL'],
      effective: ['CAP_KILL'],
      permitted: ['CAP_KILL'],
      inheritable: [],
      ambient: [],
    })
    expect(capabilitySets(['CAP_KILL'], 7)).toMatchObject({ bounding: ['CAP_KILL'], effective: [], permitted: [] })
  })
})
