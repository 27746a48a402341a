import { describe, expect, it } from 'vitest'
import { type SeccompTarget, compileSeccomp } from '../../../../../src/engine/runtime/seccomp/compile.ts'
import type { SeccompProfile, SeccompRule } from '../../../../../src/engine/runtime/seccomp/profile.ts'

const target: SeccompTarget = { capabilities: ['CAP_SYS_TIME'], architecture: 'x64', kernel: [5, 10] }
const rule = (names: string[], more: Partial<SeccompRule> = {}): SeccompRule => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  ...more,
})
const namesOf = (...syscalls: SeccompRule[]): string[] =>
  compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, target).syscalls.flatMap(({ names }) => names)

describe('compileSeccomp', () => {
  it('keeps the rules whose conditions hold', () => {
    expect(
      namesOf(
        rule(['a']),
        rule(['b'], { includes: { caps: ['CAP_SYS_TIME'] } }),
        rule(['c'], { includes: { caps: ['CAP_SYS_TIME', 'CAP_BPF'] } }),
        rule(['d'], { excludes: { caps: ['CAP_SYS_TIME'] } }),
        rule(['e'], { includes: { arches: ['arm', 'x32'] } }),
        rule(['f'], { includes: { arches: ['arm'] } }),
        rule(['g'], { excludes: { arches: ['amd64'] } }),
        rule(['h'], { includes: { minKernel: '5.10' } }),
        rule(['i'], { includes: { minKernel: '5.11' } }),
        rule(['j'], { excludes: { minKernel: '4.8' } }),
        rule(['k'], { includes: null, excludes: null, args: null }),
      ),
    ).toEqual(['a', 'b', 'e', 'h', 'k'])
  })

  it('passes actions, errnos and conditions on and drops what a runtime does not know', () => {
    const profile: SeccompProfile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
      syscalls: [
        {
          name: 'clone',
          action: 'SCMP_ACT_ERRNO',
          errnoRet: 1,
          comment: 'why',
          args: [{ index: 0, value: 1, valueTwo: 2, op: 'SCMP_CMP_MASKED_EQ' }],
          includes: {},
        },
      ],
    }
    expect(compileSeccomp(profile, target)).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
      architectures: [],
      syscalls: [
        {
          names: ['clone'],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: 1,
          args: [{ index: 0, value: 1, valueTwo: 2, op: 'SCMP_CMP_MASKED_EQ' }],
        },
      ],
    })
  })

  it('takes the architectures of this machine from a map', () => {
    const archMap = [
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: null },
    ]
    const profile = { defaultAction: 'SCMP_ACT_KILL', archMap } as const
    expect(compileSeccomp(profile, target).architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'])
    const arm = { ...target, architecture: 'arm64' }
    expect(compileSeccomp(profile, arm).architectures).toEqual(['SCMP_ARCH_AARCH64'])
    const listed = { defaultAction: 'SCMP_ACT_KILL', architectures: ['SCMP_ARCH_ARM'] } as const
    expect(compileSeccomp(listed, target).architectures).toEqual(['SCMP_ARCH_ARM'])
  })

  it.each<[SeccompProfile, string]>([
    [
      { defaultAction: 'SCMP_ACT_LOG', architectures: ['a'], archMap: [{ architecture: 'b' }] },
      "both 'architectures' and 'archMap'",
    ],
    [{ defaultAction: 'SCMP_ACT_LOG', syscalls: [rule(['a'], { name: 'b' })] }, "both 'name' and 'names'"],
    [
      { defaultAction: 'SCMP_ACT_LOG', syscalls: [rule(['a'], { includes: { minKernel: 'new' } })] },
      '"new" is no kernel version',
    ],
  ])('refuses %j', (profile, message) => {
    expect(() => compileSeccomp(profile, target)).toThrow(message)
  })
})
