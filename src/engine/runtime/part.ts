import type { ContainerConfig, HostConfig } from '../../port/containers.ts'

/** A mount with everything resolved: the runtime only does what it says. */
export interface ResolvedMount {
  readonly type: 'bind' | 'tmpfs'
  /** Absolute host path of a bind. */
  readonly source?: string
  readonly destination: string
  readonly readOnly: boolean
  /** Extra OCI mount options: `rprivate`, `size=64m`, `mode=1777`. */
  readonly options?: readonly string[]
}

/** A user looked up in the container's /etc/passwd and /etc/group. */
export interface ResolvedUser {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
  readonly home: string
}

export interface ProcessInput {
  readonly args: readonly string[]
  /** Complete, `K=V`. */
  readonly env: readonly string[]
  readonly cwd: string
  readonly tty: boolean
  readonly user: ResolvedUser
  readonly privileged: boolean
  readonly consoleSize?: { readonly rows: number; readonly columns: number }
}

/** All that becomes a config.json. */
export interface OciInput {
  readonly id: string
  /** Mounted root file system. */
  readonly rootfs: string
  readonly process: ProcessInput
  readonly config: ContainerConfig
  readonly hostConfig: HostConfig
  readonly hostname: string
  readonly mounts: readonly ResolvedMount[]
  /** Path of the network namespace; absent: an empty one, or the host's with NetworkMode `host`. */
  readonly netnsPath?: string
  /** Namespaces joined by path (`container:`), absent: own; `'host'`: none. */
  readonly ipcPath?: string
  readonly pidPath?: string
  /** cgroup path below the controllers' roots, e.g. `/tsc-ab12cd/<id>`. */
  readonly cgroupsPath: string
  /** tini on the host for `--init`. */
  readonly initPath?: string
}
