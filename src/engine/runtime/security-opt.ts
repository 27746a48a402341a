import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import type { HostFacts } from './host-facts.ts'
import { defaultProfile } from './seccomp/default-profile.ts'
import { parseSeccompProfile } from './seccomp/parse.ts'
import type { SeccompProfile } from './seccomp/profile.ts'

export interface SecurityOptions {
  readonly noNewPrivileges: boolean
  /** Null: unconfined. */
  readonly seccomp: SeccompProfile | null
  /** /proc and /sys without masks and read-only parts. */
  readonly openSystemPaths: boolean
  readonly warnings: readonly string[]
}

/**
 * `--security-opt`: `no-new-privileges[=true|false]`, `seccomp=unconfined|builtin|JSON`, `systempaths=unconfined`, and
 * `apparmor=…`, `label=…`, which only warn: the engine makes no profile of theirs. `:` is the older form of `=`.
 *
 * @throws E_RUNTIME_OPTION for an unknown one, E_RUNTIME_SECCOMP for a bad profile
 */
export const securityOptions = (
  hostConfig: Pick<HostConfig, 'SecurityOpt' | 'Privileged'>,
  host: Pick<HostFacts, 'seccomp' | 'apparmor' | 'selinux'>,
): SecurityOptions => {
  let noNewPrivileges = false
  let openSystemPaths = false
  let given: SeccompProfile | null | undefined
  const warnings: string[] = []
  for (const option of hostConfig.SecurityOpt ?? []) {
    const [key = '', value = ''] = splitOnce(option)
    if (key === 'no-new-privileges') noNewPrivileges = flag(value, option)
    else if (key === 'seccomp') given = profileOf(value)
    else if (key === 'systempaths' && value === 'unconfined') openSystemPaths = true
    else if (key === 'apparmor') warnings.push(...labelWarning('AppArmor', value, host.apparmor))
    else if (key === 'label') warnings.push(...labelWarning('SELinux', value, host.selinux))
    else throw new AppError('E_RUNTIME_OPTION', `invalid --security-opt: "${option}"`)
  }
  if (given === null && !hostConfig.Privileged) warnings.push('The container runs without a seccomp profile')
  const seccomp = given === undefined ? (hostConfig.Privileged ? null : defaultProfile) : given
  if (seccomp && !host.seccomp) {
    if (given) throw new AppError('E_RUNTIME_SECCOMP', 'Cannot use the seccomp profile: the kernel has no seccomp')
    warnings.push('The container runs without a seccomp profile: the kernel has no seccomp')
    return { noNewPrivileges, openSystemPaths, warnings, seccomp: null }
  }
  return { noNewPrivileges, openSystemPaths, warnings, seccomp }
}

const splitOnce = (option: string): string[] => {
  const at = option.search(/[=:]/)
  return at < 0 ? [option] : [option.slice(0, at), option.slice(at + 1)]
}

const flag = (value: string, option: string): boolean => {
  if (value === '' || value === 'true') return true
  if (value === 'false') return false
  throw new AppError('E_RUNTIME_OPTION', `invalid --security-opt: "${option}"`)
}

const profileOf = (value: string): SeccompProfile | null => {
  if (value === 'unconfined') return null
  return value === 'builtin' ? defaultProfile : parseSeccompProfile(value)
}

const labelWarning = (system: string, value: string, active: boolean): string[] => {
  if (value === 'unconfined' || value === 'disable') return []
  return [`${system} option "${value}" is ignored: ${active ? 'the engine sets no labels' : 'the kernel has none'}`]
}
