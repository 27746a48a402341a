/** Actions and operators as libseccomp names them. */
export type SeccompAction =
  | 'SCMP_ACT_KILL'
  | 'SCMP_ACT_KILL_PROCESS'
  | 'SCMP_ACT_KILL_THREAD'
  | 'SCMP_ACT_TRAP'
  | 'SCMP_ACT_ERRNO'
  | 'SCMP_ACT_TRACE'
  | 'SCMP_ACT_ALLOW'
  | 'SCMP_ACT_LOG'
  | 'SCMP_ACT_NOTIFY'

export type SeccompOperator =
  'SCMP_CMP_NE' | 'SCMP_CMP_LT' | 'SCMP_CMP_LE' | 'SCMP_CMP_EQ' | 'SCMP_CMP_GE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ'

/** A condition on argument `index`; with MASKED_EQ `(argument & value) == valueTwo`. */
export interface SeccompArg {
  readonly index: number
  readonly value: number
  readonly valueTwo?: number
  readonly op: SeccompOperator
}

/** When a rule of a profile counts: all that is said must hold (`excludes`: none of it). */
export interface SeccompCondition {
  readonly caps?: readonly string[] | null
  /** Docker's names: `amd64`, `x86`, `x32`, `arm64`, `arm`. */
  readonly arches?: readonly string[] | null
  /** `4.8`; holds on this kernel and later ones. */
  readonly minKernel?: string
}

export interface SeccompRule {
  readonly names?: readonly string[]
  /** The old form of `names`, with one. */
  readonly name?: string
  readonly action: SeccompAction
  readonly errnoRet?: number
  readonly args?: readonly SeccompArg[] | null
  readonly comment?: string
  readonly includes?: SeccompCondition | null
  readonly excludes?: SeccompCondition | null
}

/** A profile in the form that `--security-opt seccomp=FILE` takes (docs.docker.com/engine/security/seccomp). */
export interface SeccompProfile {
  readonly defaultAction: SeccompAction
  readonly defaultErrnoRet?: number
  /** libseccomp's names; an old form of `archMap`. */
  readonly architectures?: readonly string[]
  readonly archMap?: readonly { readonly architecture: string; readonly subArchitectures?: readonly string[] | null }[]
  readonly syscalls?: readonly SeccompRule[] | null
  readonly flags?: readonly string[]
}

/** `linux.seccomp` of an OCI config.json. */
export interface OciSeccomp {
  readonly defaultAction: SeccompAction
  readonly defaultErrnoRet?: number
  readonly architectures: readonly string[]
  readonly flags?: readonly string[]
  readonly syscalls: readonly {
    readonly names: readonly string[]
    readonly action: SeccompAction
    readonly errnoRet?: number
    readonly args?: readonly SeccompArg[]
  }[]
}
