import { describe, expect, it } from 'vitest'
import { capabilityMask } from '../../../../src/engine/runtime/capabilities.ts'
import type { ProcessInput } from '../../../../src/engine/runtime/part.ts'
import { processSpec } from '../../../../src/engine/runtime/process-spec.ts'
import { facts } from './facts.ts'

const input = (more: Partial<ProcessInput> = {}): ProcessInput => ({
  args: ['sh'],
  env: [],
  cwd: '',
  tty: false,
  user: { uid: 0, gid: 0, additionalGids: [], home: '/root' },
  privileged: false,
  ...more,
})
const boundOf = (...args: Parameters<typeof processSpec>): string =>
  capabilityMask(processSpec(...args).process.capabilities.bounding)

describe('processSpec', () => {
  it("has its container's capabilities, or all of them in a privileged exec", () => {
    expect(boundOf(input(), { CapDrop: ['ALL'] }, facts())).toBe('0000000000000000')
    expect(boundOf(input(), { Privileged: true }, facts())).toBe('000001ffffffffff')
    expect(boundOf(input({ privileged: true }), { CapDrop: ['ALL'] }, facts())).toBe('000001ffffffffff')
  })

  it('adds the home of the user unless the environment has one', () => {
    expect(processSpec(input(), {}, facts()).process.env).toEqual(['HOME=/root'])
    expect(processSpec(input({ env: ['HOME=/x'] }), {}, facts()).process.env).toEqual(['HOME=/x'])
  })

  it('begins at the root when no working directory is given', () => {
    expect(processSpec(input(), {}, facts()).process.cwd).toBe('/')
  })
})
