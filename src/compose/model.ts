import type { Where } from '../errors/where.ts'

/**
 * The canonical model: what `config --format json` prints, in Compose's own key names and long forms.
 * Optional keys are absent when the file does not set them.
 */
export interface ComposeModel {
  /** Project name. */
  readonly name: string
  readonly services: Readonly<Record<string, ServiceModel>>
  readonly networks: Readonly<Record<string, NetworkModel>>
  readonly volumes: Readonly<Record<string, VolumeModel>>
  readonly configs: Readonly<Record<string, FileObjectModel>>
  readonly secrets: Readonly<Record<string, FileObjectModel>>
  /** `x-` keys of the top level. */
  readonly extensions: Readonly<Record<string, unknown>>
}

/** A loaded project: the model and what is known about where it came from. */
export interface Project {
  readonly model: ComposeModel
  /** Services that exist but whose profiles are not active. */
  readonly disabledServices: Readonly<Record<string, ServiceModel>>
  /** Absolute. */
  readonly workingDir: string
  /** Absolute paths, in merge order; `-` for stdin. */
  readonly configFiles: readonly string[]
  readonly envFiles: readonly string[]
  readonly profiles: readonly string[]
  /** Interpolation environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Place of a value by its path, e.g. `services.web.ports.0`; the nearest parent's when it has none of its own. */
  where(path: string): Where | undefined
}

export type DependsCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully'

export interface ServiceModel {
  readonly image?: string
  readonly build?: BuildModel
  /** null and absent: the image's. */
  readonly command?: readonly string[] | null
  readonly entrypoint?: readonly string[] | null
  /** env_file is merged in; null removes the image's variable. */
  readonly environment?: Readonly<Record<string, string | null>>
  readonly links?: readonly string[]
  readonly external_links?: readonly string[]
  readonly volumes_from?: readonly string[]
  readonly volumes?: readonly ServiceVolumeModel[]
  readonly ports?: readonly PortModel[]
  readonly expose?: readonly string[]
  readonly networks?: Readonly<Record<string, ServiceNetworkModel | null>>
  readonly network_mode?: string
  readonly ipc?: string
  readonly pid?: string
  readonly depends_on?: Readonly<Record<string, DependencyModel>>
  readonly healthcheck?: HealthcheckModel
  readonly restart?: string
  readonly deploy?: DeployModel
  readonly scale?: number
  readonly mem_limit?: string
  readonly mem_reservation?: string
  readonly memswap_limit?: string
  readonly cpus?: number
  readonly cpu_shares?: number
  readonly cpuset?: string
  readonly pids_limit?: number
  readonly stop_signal?: string
  /** Go duration. */
  readonly stop_grace_period?: string
  readonly init?: boolean
  readonly user?: string
  readonly group_add?: readonly string[]
  readonly working_dir?: string
  readonly hostname?: string
  readonly domainname?: string
  readonly container_name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly tty?: boolean
  readonly stdin_open?: boolean
  readonly attach?: boolean
  readonly privileged?: boolean
  readonly cap_add?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly devices?: readonly { readonly source: string; readonly target: string; readonly permissions: string }[]
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly shm_size?: string
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>
  readonly sysctls?: Readonly<Record<string, string>>
  /** `host=ip`. */
  readonly extra_hosts?: readonly string[]
  readonly dns?: readonly string[]
  readonly dns_search?: readonly string[]
  readonly dns_opt?: readonly string[]
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> }
  readonly profiles?: readonly string[]
  readonly pull_policy?: string
  readonly platform?: string
  readonly configs?: readonly FileReferenceModel[]
  readonly secrets?: readonly FileReferenceModel[]
  /** `restart` or absent; also from the top level and `--on-unhealthy`. */
  readonly 'x-on-unhealthy'?: string
  readonly [extension: `x-${string}`]: unknown
}

export interface BuildModel {
  /** Absolute path or URL. */
  readonly context: string
  /** Relative to the context. */
  readonly dockerfile?: string
  readonly dockerfile_inline?: string
  readonly args?: Readonly<Record<string, string | null>>
  readonly target?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
  readonly no_cache?: boolean
  readonly pull?: boolean
  readonly network?: string
}

export interface ServiceVolumeModel {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  /** Absolute host path, key of `volumes`, or absent for an anonymous volume. */
  readonly source?: string
  readonly target: string
  readonly read_only?: boolean
  readonly bind?: {
    readonly propagation?: string
    readonly create_host_path?: boolean
    readonly recursive?: string
    readonly selinux?: string
  }
  readonly volume?: {
    readonly nocopy?: boolean
    readonly subpath?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly tmpfs?: { readonly size?: string; readonly mode?: number }
  readonly consistency?: string
}

export interface PortModel {
  readonly name?: string
  readonly mode: string
  readonly host_ip?: string
  readonly target: number
  /** A port or a range to choose from; absent: any. */
  readonly published?: string
  readonly protocol: string
  readonly app_protocol?: string
}

export interface ServiceNetworkModel {
  readonly aliases?: readonly string[]
  readonly ipv4_address?: string
  readonly ipv6_address?: string
  readonly mac_address?: string
  readonly priority?: number
  readonly gw_priority?: number
}

export interface DependencyModel {
  readonly condition: DependsCondition
  readonly restart?: boolean
  readonly required: boolean
}

export interface HealthcheckModel {
  readonly test?: readonly string[]
  readonly interval?: string
  readonly timeout?: string
  readonly retries?: number
  readonly start_period?: string
  readonly start_interval?: string
  readonly disable?: boolean
}

export interface DeployModel {
  readonly replicas?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly resources?: {
    readonly limits?: { readonly cpus?: number; readonly memory?: string; readonly pids?: number }
    readonly reservations?: { readonly cpus?: number; readonly memory?: string }
  }
  readonly restart_policy?: {
    readonly condition?: string
    readonly delay?: string
    readonly max_attempts?: number
    readonly window?: string
  }
}

export interface NetworkModel {
  /** Name in the engine: `project_key`, or as written. */
  readonly name: string
  readonly driver?: string
  readonly driver_opts?: Readonly<Record<string, string>>
  readonly ipam?: {
    readonly driver?: string
    readonly config?: readonly {
      readonly subnet?: string
      readonly ip_range?: string
      readonly gateway?: string
      readonly aux_addresses?: Readonly<Record<string, string>>
    }[]
    readonly options?: Readonly<Record<string, string>>
  }
  readonly external?: boolean
  readonly internal?: boolean
  readonly attachable?: boolean
  readonly enable_ipv6?: boolean
  readonly labels?: Readonly<Record<string, string>>
}

export interface VolumeModel {
  readonly name: string
  readonly driver?: string
  readonly driver_opts?: Readonly<Record<string, string>>
  readonly external?: boolean
  readonly labels?: Readonly<Record<string, string>>
}

/** A config or secret of the top level. */
export interface FileObjectModel {
  readonly name: string
  /** Absolute path. */
  readonly file?: string
  readonly environment?: string
  readonly content?: string
  readonly external?: boolean
}

export interface FileReferenceModel {
  readonly source: string
  readonly target?: string
  readonly uid?: string
  readonly gid?: string
  /** Octal text, `"0440"`. */
  readonly mode?: string
}
