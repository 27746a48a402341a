import { describe, expect, it } from 'vitest'
import { defaultProfile } from '../../../../src/engine/runtime/seccomp/default-profile.ts'
import { securityOptions } from '../../../../src/engine/runtime/security-opt.ts'
import { facts } from './facts.ts'

const options = (SecurityOpt: string[], more: object = {}, host = facts()) =>
  securityOptions({ SecurityOpt, ...more }, host)

describe('securityOptions', () => {
  it('takes the default profile, and none for a privileged container', () => {
    expect(options([])).toEqual({
      noNewPrivileges: false,
      openSystemPaths: false,
      seccomp: defaultProfile,
      warnings: [],
    })
    expect(options([], { Privileged: true }).seccomp).toBeNull()
    expect(options(['seccomp=builtin'], { Privileged: true }).seccomp).toBe(defaultProfile)
  })

  it.each(['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'])('reads %s', (option) => {
    expect(options([option]).noNewPrivileges).toBe(true)
  })

  it('reads switches that open', () => {
    const open = options(['no-new-privileges=false', 'systempaths=unconfined', 'seccomp=unconfined'])
    expect(open).toEqual({
      noNewPrivileges: false,
      openSystemPaths: true,
      seccomp: null,
      warnings: ['The container runs without a seccomp profile'],
    })
  })

  it('reads a profile given as JSON', () => {
    expect(options(['seccomp={"defaultAction":"SCMP_ACT_LOG"}']).seccomp).toEqual({ defaultAction: 'SCMP_ACT_LOG' })
  })

  it('says that labels are ignored, but for those that ask for none', () => {
    expect(options(['apparmor=docker-default', 'label:type:svirt_t']).warnings).toEqual([
      'AppArmor option "docker-default" is ignored: the kernel has none',
      'SELinux option "type:svirt_t" is ignored: the kernel has none',
    ])
    expect(options(['apparmor=mine'], {}, facts({ apparmor: true })).warnings).toEqual([
      'AppArmor option "mine" is ignored: the engine sets no labels',
    ])
    expect(options(['apparmor:unconfined', 'label=disable']).warnings).toEqual([])
  })

  it('goes on without seccomp in the kernel, but not when a profile is asked for', () => {
    const host = facts({ seccomp: false })
    expect(options([], {}, host)).toMatchObject({ seccomp: null, warnings: [expect.stringContaining('no seccomp')] })
    expect(() => options(['seccomp=builtin'], {}, host)).toThrow('the kernel has no seccomp')
  })

  it.each(['foo', 'systempaths=all', 'no-new-privileges=maybe'])('refuses %s', (option) => {
    expect(() => options([option])).toThrow(`invalid --security-opt: "${option}"`)
  })
})
