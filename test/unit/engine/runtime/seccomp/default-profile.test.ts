import { describe, expect, it } from 'vitest'
import { compileSeccomp } from '../../../../../src/engine/runtime/seccomp/compile.ts'
import { defaultProfile } from '../../../../../src/engine/runtime/seccomp/default-profile.ts'
import type { OciSeccomp, SeccompArg, SeccompOperator } from '../../../../../src/engine/runtime/seccomp/profile.ts'
import { ALWAYS, BY_ARCHITECTURE, BY_CAPABILITY, NEVER } from '../../../../../src/engine/runtime/seccomp/syscalls.ts'

const EPERM = 1
const ENOSYS = 38

const compiled = (capabilities: string[] = [], architecture = 'x64'): OciSeccomp =>
  compileSeccomp(defaultProfile, { capabilities, architecture, kernel: [6, 1] })

/** The operators that the profile uses. */
const OPERATORS: Partial<Record<SeccompOperator, (arg: SeccompArg, value: number) => boolean>> = {
  SCMP_CMP_LT: (arg, value) => value < arg.value,
  SCMP_CMP_GT: (arg, value) => value > arg.value,
  SCMP_CMP_EQ: (arg, value) => value === arg.value,
  SCMP_CMP_MASKED_EQ: (arg, value) => Number(BigInt(value) & BigInt(arg.value)) === (arg.valueTwo ?? 0),
}

const matches = (arg: SeccompArg, value: number): boolean => {
  const operator = OPERATORS[arg.op]
  if (!operator) throw new Error(`the profile does not use ${arg.op}`)
  return operator(arg, value)
}

/** `allow`, or the errno, of a call with this first argument; fails when rules contradict each other. */
const verdict = (profile: OciSeccomp, name: string, first = 0): string | number => {
  const found = profile.syscalls
    .filter((rule) => rule.names.includes(name) && (rule.args ?? []).every((arg) => matches(arg, first)))
    .map((rule) => (rule.action === 'SCMP_ACT_ALLOW' ? 'allow' : (rule.errnoRet ?? 0)))
  const answers = new Set(found)
  if (answers.size > 1) throw new Error(`rules for ${name} contradict each other`)
  return found[0] ?? profile.defaultErrnoRet ?? 0
}

describe('the tables', () => {
  it('name every system call once', () => {
    const groups = [...BY_ARCHITECTURE, ...BY_CAPABILITY].flatMap(({ names }) => names)
    const names = [...Object.values(ALWAYS).flat(), ...groups, ...NEVER]
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    expect(names.filter((name) => !/^[a-z_][a-z0-9_]+$/.test(name))).toEqual([])
  })
})

describe('the default profile', () => {
  it('contradicts itself nowhere, with any capability', () => {
    for (const capability of ['', ...BY_CAPABILITY.flatMap(({ capabilities }) => capabilities)]) {
      const profile = compiled([capability])
      for (const name of new Set(profile.syscalls.flatMap(({ names }) => names))) {
        expect(verdict(profile, name)).not.toBe(0)
      }
    }
  })

  it.each(['read', 'openat2', 'execve', 'ptrace', 'futex', 'memfd_create', 'landlock_create_ruleset', 'arch_prctl'])(
    'allows %s',
    (name) => {
      expect(verdict(compiled(), name)).toBe('allow')
    },
  )

  it.each([
    'io_uring_setup',
    'keyctl',
    'add_key',
    'userfaultfd',
    'unshare',
    'mount',
    'setns',
    'bpf',
    'perf_event_open',
    'kexec_load',
    'open_by_handle_at',
    'socketcall',
    'init_module',
  ])('refuses %s with EPERM', (name) => {
    expect(verdict(compiled(), name)).toBe(EPERM)
  })

  it.each(['clone3', 'a_call_of_the_future'])('answers %s with ENOSYS', (name) => {
    expect(verdict(compiled(), name)).toBe(ENOSYS)
  })

  it('opens calls by capability', () => {
    const admin = compiled(['CAP_SYS_ADMIN'])
    for (const name of ['mount', 'unshare', 'clone3', 'setns', 'bpf', 'syslog', 'perf_event_open']) {
      expect({ name, verdict: verdict(admin, name) }).toEqual({ name, verdict: 'allow' })
    }
    expect(verdict(compiled(['CAP_SYS_CHROOT']), 'chroot')).toBe('allow')
    expect(verdict(compiled(['CAP_BPF']), 'bpf')).toBe('allow')
    expect(verdict(compiled(['CAP_BPF', 'CAP_SYS_ADMIN']), 'bpf')).toBe('allow')
    expect(verdict(compiled(['CAP_BPF']), 'mount')).toBe(EPERM)
    expect(verdict(admin, 'io_uring_setup')).toBe(EPERM)
  })

  it.each([
    [2, 'allow'],
    [16, 'allow'],
    [37, 'allow'],
    [38, ENOSYS],
    [39, 'allow'],
    [40, ENOSYS],
    [41, 'allow'],
  ])('answers socket family %i with %s', (family, answer) => {
    expect(verdict(compiled(), 'socket', family)).toBe(answer)
  })

  it.each([0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x6000_0011])(
    'refuses clone with flags 0x%x',
    (flags) => {
      expect(verdict(compiled(), 'clone', flags)).toBe(EPERM)
      expect(verdict(compiled(['CAP_SYS_ADMIN']), 'clone', flags)).toBe('allow')
    },
  )

  it('allows clone of threads and processes', () => {
    expect(verdict(compiled(), 'clone', 0x003d_0f00)).toBe('allow')
    expect(verdict(compiled(), 'clone', 17)).toBe('allow')
  })

  it('allows harmless personalities', () => {
    expect(verdict(compiled(), 'personality', 0)).toBe('allow')
    expect(verdict(compiled(), 'personality', 0xffff_ffff)).toBe('allow')
    expect(verdict(compiled(), 'personality', 0x004_0000)).toBe(ENOSYS)
  })

  it('is for ARM too', () => {
    const arm = compiled([], 'arm64')
    expect(arm.architectures).toEqual(['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'])
    expect(verdict(arm, 'cacheflush')).toBe('allow')
    expect(verdict(arm, 'arch_prctl')).toBe(ENOSYS)
    expect(verdict(arm, 'modify_ldt')).toBe(ENOSYS)
  })
})
