import type { SeccompProfile, SeccompRule } from './profile.ts'
import { ALWAYS, BY_ARCHITECTURE, BY_CAPABILITY, NEVER } from './syscalls.ts'

const EPERM = 1
const ENOSYS = 38

/** CLONE_NEW* bits of clone(2)'s flags: mount, cgroup, UTS, IPC, user, PID and network namespace. */
const NAMESPACE_FLAGS = [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]
const ALL_NAMESPACE_FLAGS = NAMESPACE_FLAGS.reduce((mask, bit) => mask + bit, 0)

const AF_ALG = 38
const AF_VSOCK = 40

/** Linux, 32-bit Linux, each also with UNAME26, and the value by which personality(2) only asks. */
const PERSONALITIES = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff]

const allow = (names: readonly string[], rest: Partial<SeccompRule> = {}): SeccompRule => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  ...rest,
})
const refuse = (names: readonly string[], rest: Partial<SeccompRule> = {}): SeccompRule => ({
  names,
  action: 'SCMP_ACT_ERRNO',
  errnoRet: EPERM,
  ...rest,
})

/** Open with any of the capabilities, EPERM with none: one allowing rule a capability, and one refusal. */
const gated = (capabilities: readonly string[], names: readonly string[]): SeccompRule[] => [
  ...capabilities.map((capability, index) =>
    allow(names, {
      includes: { caps: [capability] },
      ...(index > 0 && { excludes: { caps: capabilities.slice(0, index) } }),
    }),
  ),
  refuse(names, { excludes: { caps: capabilities } }),
]

const withoutAdmin = { excludes: { caps: ['CAP_SYS_ADMIN'] } }
const withAdmin = { includes: { caps: ['CAP_SYS_ADMIN'] } }

/**
 * socket(2) for every family but AF_ALG and AF_VSOCK. The 32-bit multiplexer socketcall(2) hides the family behind a
 * pointer that a filter cannot follow, so it is refused; C libraries have had the direct calls since Linux 4.3. The
 * refusal stands first and has another errno than the default action: libseccomp adds an allowing socketcall(2) of its
 * own to each rule for socket(2), and runtimes leave out rules that equal the default.
 */
const sockets: SeccompRule[] = [
  refuse(['socketcall']),
  allow(['socket'], { args: [{ index: 0, value: AF_ALG, op: 'SCMP_CMP_LT' }] }),
  allow(['socket'], { args: [{ index: 0, value: AF_ALG + 1, op: 'SCMP_CMP_EQ' }] }),
  allow(['socket'], { args: [{ index: 0, value: AF_VSOCK, op: 'SCMP_CMP_GT' }] }),
]

/** clone(2) without new namespaces; clone3(2) passes its flags by pointer, so C libraries are sent back to clone(2). */
const clones: SeccompRule[] = [
  allow(['clone', 'clone3'], withAdmin),
  refuse(['clone3'], { ...withoutAdmin, errnoRet: ENOSYS }),
  allow(['clone'], {
    ...withoutAdmin,
    args: [{ index: 0, value: ALL_NAMESPACE_FLAGS, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  }),
  ...NAMESPACE_FLAGS.map((bit) =>
    refuse(['clone'], {
      ...withoutAdmin,
      args: [{ index: 0, value: bit, valueTwo: bit, op: 'SCMP_CMP_MASKED_EQ' }],
    }),
  ),
]

/** The engine's profile, in the form that users write theirs in. */
export const defaultProfile: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: ENOSYS,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
  ],
  syscalls: [
    refuse(NEVER),
    ...sockets,
    allow(Object.values(ALWAYS).flat()),
    ...BY_ARCHITECTURE.map(({ arches, names }) => allow(names, { includes: { arches } })),
    ...BY_CAPABILITY.flatMap(({ capabilities, names }) => gated(capabilities, names)),
    ...clones,
    ...PERSONALITIES.map((value) => allow(['personality'], { args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }] })),
  ],
}
