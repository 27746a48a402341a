import { AppError } from '../../../errors/app-error.ts'
import type { OciSeccomp, SeccompCondition, SeccompProfile, SeccompRule } from './profile.ts'

/** What the conditions of a profile are asked of. */
export interface SeccompTarget {
  /** The container's bounding set. */
  readonly capabilities: readonly string[]
  /** Node's `process.arch`. */
  readonly architecture: string
  readonly kernel: readonly [major: number, minor: number]
}

/** `process.arch` → libseccomp's name, and Docker's names for it and the architectures that run beside it. */
const ARCHITECTURES: Readonly<Record<string, { native: string; arches: readonly string[] }>> = {
  x64: { native: 'SCMP_ARCH_X86_64', arches: ['amd64', 'x86', 'x32'] },
  arm64: { native: 'SCMP_ARCH_AARCH64', arches: ['arm64', 'arm'] },
  arm: { native: 'SCMP_ARCH_ARM', arches: ['arm'] },
  ia32: { native: 'SCMP_ARCH_X86', arches: ['x86'] },
  riscv64: { native: 'SCMP_ARCH_RISCV64', arches: ['riscv64'] },
  s390x: { native: 'SCMP_ARCH_S390X', arches: ['s390x', 's390'] },
  ppc64: { native: 'SCMP_ARCH_PPC64LE', arches: ['ppc64le'] },
}

/**
 * A Docker profile for one container: rules whose conditions do not hold are gone, the rest is what a runtime loads.
 *
 * @throws E_RUNTIME_SECCOMP when the profile contradicts itself
 */
export const compileSeccomp = (profile: SeccompProfile, target: SeccompTarget): OciSeccomp => ({
  defaultAction: profile.defaultAction,
  ...(profile.defaultErrnoRet !== undefined && { defaultErrnoRet: profile.defaultErrnoRet }),
  architectures: architecturesOf(profile, target),
  ...(profile.flags?.length && { flags: profile.flags }),
  syscalls: (profile.syscalls ?? []).filter((rule) => counts(rule, target)).map(compileRule),
})

const architecturesOf = (profile: SeccompProfile, target: SeccompTarget): string[] => {
  if (profile.architectures?.length && profile.archMap?.length) {
    throw invalid("both 'architectures' and 'archMap' are given")
  }
  if (profile.architectures?.length) return [...profile.architectures]
  const native = ARCHITECTURES[target.architecture]?.native
  const row = profile.archMap?.find((entry) => entry.architecture === native)
  return row ? [row.architecture, ...(row.subArchitectures ?? [])] : []
}

const counts = (rule: SeccompRule, target: SeccompTarget): boolean => {
  const excludes = rule.excludes ?? {}
  if (excludes.caps?.some((capability) => target.capabilities.includes(capability))) return false
  if (excludes.arches?.some((arch) => isOn(arch, target))) return false
  if (excludes.minKernel !== undefined && isSince(excludes.minKernel, target)) return false
  return holds(rule.includes ?? {}, target)
}

const holds = (condition: SeccompCondition, target: SeccompTarget): boolean =>
  (condition.caps ?? []).every((capability) => target.capabilities.includes(capability)) &&
  (!condition.arches?.length || condition.arches.some((arch) => isOn(arch, target))) &&
  (condition.minKernel === undefined || isSince(condition.minKernel, target))

const isOn = (arch: string, target: SeccompTarget): boolean =>
  ARCHITECTURES[target.architecture]?.arches.includes(arch) ?? false

const isSince = (version: string, target: SeccompTarget): boolean => {
  const match = /^(\d+)\.(\d+)$/.exec(version)
  if (!match) throw invalid(`"${version}" is no kernel version like 4.8`)
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return target.kernel[0] > major || (target.kernel[0] === major && target.kernel[1] >= minor)
}

const compileRule = (rule: SeccompRule): OciSeccomp['syscalls'][number] => {
  if (rule.name !== undefined && rule.names?.length) throw invalid("both 'name' and 'names' are given")
  return {
    names: rule.name === undefined ? (rule.names ?? []) : [rule.name],
    action: rule.action,
    ...(rule.errnoRet !== undefined && { errnoRet: rule.errnoRet }),
    ...(rule.args?.length && { args: rule.args }),
  }
}

const invalid = (what: string): AppError => new AppError('E_RUNTIME_SECCOMP', `Cannot use the seccomp profile: ${what}`)
