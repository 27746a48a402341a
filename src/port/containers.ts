import type { CallOptions, Filters, Labels, StreamChunk, StreamSession } from './common.ts'

/** Shapes of the Docker Engine API 1.45, `definitions/ContainerConfig` and so on; fields the engine knows. */
export interface ContainerConfig {
  Hostname?: string
  Domainname?: string
  User?: string
  AttachStdin?: boolean
  AttachStdout?: boolean
  AttachStderr?: boolean
  ExposedPorts?: Record<string, object> | null
  Tty?: boolean
  OpenStdin?: boolean
  StdinOnce?: boolean
  /** `K=V`; a bare `K` removes the image's variable. */
  Env?: string[] | null
  Cmd?: string[] | null
  Healthcheck?: HealthConfig | null
  ArgsEscaped?: boolean
  Image?: string
  Volumes?: Record<string, object> | null
  WorkingDir?: string
  Entrypoint?: string[] | null
  NetworkDisabled?: boolean
  OnBuild?: string[] | null
  Labels?: Record<string, string> | null
  StopSignal?: string
  /** Seconds. */
  StopTimeout?: number
  Shell?: string[] | null
}

/** Durations are nanoseconds; 0 and absent mean the image's, then the engine's default. */
export interface HealthConfig {
  /** `[]` inherits, `['NONE']`, `['CMD', …]`, `['CMD-SHELL', line]`. */
  Test?: string[]
  Interval?: number
  Timeout?: number
  Retries?: number
  StartPeriod?: number
  StartInterval?: number
}

export interface PortBinding {
  HostIp: string
  /** `''` or `'0'`: any free port; `'9000-9002'`: the first free one. */
  HostPort: string
}

/** `"80/tcp"` → bindings; null: exposed, not published. */
export type PortMap = Record<string, PortBinding[] | null>

export interface RestartPolicy {
  Name: '' | 'no' | 'always' | 'on-failure' | 'unless-stopped'
  MaximumRetryCount: number
}

export interface MountSpec {
  Type: 'bind' | 'volume' | 'tmpfs'
  Source?: string
  Target: string
  ReadOnly?: boolean
  Consistency?: string
  BindOptions?: {
    Propagation?: string
    NonRecursive?: boolean
    CreateMountpoint?: boolean
    ReadOnlyNonRecursive?: boolean
    ReadOnlyForceRecursive?: boolean
  }
  VolumeOptions?: {
    NoCopy?: boolean
    Labels?: Record<string, string>
    DriverConfig?: { Name?: string; Options?: Record<string, string> }
    Subpath?: string
  }
  TmpfsOptions?: { SizeBytes?: number; Mode?: number }
}

export interface Ulimit {
  Name: string
  Soft: number
  Hard: number
}

export interface DeviceMapping {
  PathOnHost: string
  PathInContainer: string
  CgroupPermissions: string
}

export interface HostConfig {
  /** `SOURCE:TARGET[:OPTIONS]`; a source without slash is a volume. */
  Binds?: string[] | null
  Mounts?: MountSpec[] | null
  NetworkMode?: string
  PortBindings?: PortMap | null
  RestartPolicy?: RestartPolicy
  AutoRemove?: boolean
  VolumesFrom?: string[] | null
  CapAdd?: string[] | null
  CapDrop?: string[] | null
  Dns?: string[] | null
  DnsOptions?: string[] | null
  DnsSearch?: string[] | null
  ExtraHosts?: string[] | null
  GroupAdd?: string[] | null
  IpcMode?: string
  CgroupnsMode?: string
  Links?: string[] | null
  OomScoreAdj?: number
  PidMode?: string
  Privileged?: boolean
  PublishAllPorts?: boolean
  ReadonlyRootfs?: boolean
  SecurityOpt?: string[] | null
  Tmpfs?: Record<string, string> | null
  UTSMode?: string
  UsernsMode?: string
  ShmSize?: number
  Sysctls?: Record<string, string> | null
  Runtime?: string
  Init?: boolean | null
  LogConfig?: { Type?: string; Config?: Record<string, string> | null }
  /** Bytes. */
  Memory?: number
  MemoryReservation?: number
  MemorySwap?: number
  MemorySwappiness?: number | null
  OomKillDisable?: boolean | null
  NanoCpus?: number
  CpuShares?: number
  CpuPeriod?: number
  CpuQuota?: number
  CpusetCpus?: string
  CpusetMems?: string
  PidsLimit?: number | null
  Ulimits?: Ulimit[] | null
  Devices?: DeviceMapping[] | null
  DeviceCgroupRules?: string[] | null
  CgroupParent?: string
  MaskedPaths?: string[] | null
  ReadonlyPaths?: string[] | null
  ConsoleSize?: [number, number]
}

export interface EndpointSettings {
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] } | null
  /** `container:alias` links of this endpoint. */
  Links?: string[] | null
  Aliases?: string[] | null
  MacAddress?: string
  DriverOpts?: Record<string, string> | null
  /** The endpoint of the highest one has the default route (API 1.48). */
  GwPriority?: number
  NetworkID?: string
  EndpointID?: string
  Gateway?: string
  IPAddress?: string
  IPPrefixLen?: number
  IPv6Gateway?: string
  GlobalIPv6Address?: string
  GlobalIPv6PrefixLen?: number
  /** Names that the embedded DNS server answers for this endpoint. */
  DNSNames?: string[] | null
}

/** Body of `POST /containers/create`. */
export interface ContainerCreate extends ContainerConfig {
  HostConfig?: HostConfig
  NetworkingConfig?: { EndpointsConfig?: Record<string, EndpointSettings> | null }
}

export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

export interface HealthResult {
  Start: string
  End: string
  ExitCode: number
  Output: string
}

export interface Health {
  Status: 'none' | 'starting' | 'healthy' | 'unhealthy'
  FailingStreak: number
  /** The last five. */
  Log: HealthResult[]
}

export interface ContainerState {
  Status: ContainerStatus
  Running: boolean
  Paused: boolean
  Restarting: boolean
  OOMKilled: boolean
  Dead: boolean
  Pid: number
  ExitCode: number
  Error: string
  StartedAt: string
  FinishedAt: string
  Health?: Health
}

export interface MountPoint {
  Type: 'bind' | 'volume' | 'tmpfs'
  Name?: string
  Source: string
  Destination: string
  Driver?: string
  Mode: string
  RW: boolean
  Propagation: string
}

export interface NetworkSettings {
  Bridge: string
  SandboxID: string
  SandboxKey: string
  Ports: PortMap
  Networks: Record<string, EndpointSettings>
  Gateway: string
  IPAddress: string
  IPPrefixLen: number
  MacAddress: string
}

export interface ContainerInspect {
  Id: string
  Created: string
  Path: string
  Args: string[]
  State: ContainerState
  /** Image id, `sha256:…`. */
  Image: string
  ResolvConfPath: string
  HostnamePath: string
  HostsPath: string
  LogPath: string
  /** With a leading slash. */
  Name: string
  RestartCount: number
  Driver: string
  Platform: string
  MountLabel: string
  ProcessLabel: string
  AppArmorProfile: string
  ExecIDs: string[] | null
  HostConfig: HostConfig
  GraphDriver: { Name: string; Data: Record<string, string> | null }
  Mounts: MountPoint[]
  Config: ContainerConfig
  NetworkSettings: NetworkSettings
  SizeRw?: number
  SizeRootFs?: number
}

export interface PortSummary {
  IP?: string
  PrivatePort: number
  PublicPort?: number
  Type: string
}

/** One row of `GET /containers/json`. */
export interface ContainerSummary {
  Id: string
  Names: string[]
  Image: string
  ImageID: string
  Command: string
  /** Unix seconds. */
  Created: number
  Ports: PortSummary[]
  Labels: Labels
  State: ContainerStatus
  /** `Up 5 seconds (healthy)`. */
  Status: string
  HostConfig: { NetworkMode: string }
  NetworkSettings: { Networks: Record<string, EndpointSettings> }
  Mounts: MountPoint[]
  SizeRw?: number
  SizeRootFs?: number
}

export interface LogOptions extends CallOptions {
  readonly stdout?: boolean
  readonly stderr?: boolean
  readonly follow?: boolean
  readonly timestamps?: boolean
  /** Number of whole lines from the end, or all. */
  readonly tail?: number | 'all'
  /** Unix seconds with fraction; records at or after it. */
  readonly since?: number
  readonly until?: number
}

export interface AttachOptions extends CallOptions {
  readonly stdin?: boolean
  readonly stdout?: boolean
  readonly stderr?: boolean
  /** Replays the log first. */
  readonly logs?: boolean
  /** False: ends after the replay. */
  readonly stream?: boolean
  readonly detachKeys?: string
}

export interface ExecCreate {
  AttachStdin?: boolean
  AttachStdout?: boolean
  AttachStderr?: boolean
  Tty?: boolean
  Cmd?: string[]
  Env?: string[] | null
  User?: string
  WorkingDir?: string
  Privileged?: boolean
  DetachKeys?: string
  /** Rows and columns. */
  ConsoleSize?: [number, number] | null
}

export interface ExecInspect {
  ID: string
  ContainerID: string
  Running: boolean
  /** Null while it runs. */
  ExitCode: number | null
  Pid: number
  OpenStdin: boolean
  OpenStdout: boolean
  OpenStderr: boolean
  ProcessConfig: { tty: boolean; entrypoint: string; arguments: string[]; privileged: boolean; user?: string }
}

export interface WaitResult {
  StatusCode: number
  Error: { Message: string } | null
}

/** Names and id prefixes are accepted wherever an id is; a missing container rejects with E_CONTAINER_NOT_FOUND. */
export interface ContainersPort {
  list(
    query: { all?: boolean; limit?: number; size?: boolean; filters?: Filters } & CallOptions,
  ): Promise<ContainerSummary[]>
  create(
    body: ContainerCreate,
    options?: { name?: string; platform?: string } & CallOptions,
  ): Promise<{ Id: string; Warnings: string[] }>
  inspect(id: string, options?: { size?: boolean } & CallOptions): Promise<ContainerInspect>
  /** Resolves to false when it ran already. */
  start(id: string, options?: { detachKeys?: string } & CallOptions): Promise<boolean>
  /** Resolves to false when it was stopped already. `timeout` in seconds, −1 waits for ever. */
  stop(id: string, options?: { timeout?: number; stopSignal?: string } & CallOptions): Promise<boolean>
  restart(id: string, options?: { timeout?: number; stopSignal?: string } & CallOptions): Promise<void>
  kill(id: string, options?: { killSignal?: string } & CallOptions): Promise<void>
  pause(id: string, options?: CallOptions): Promise<void>
  unpause(id: string, options?: CallOptions): Promise<void>
  rename(id: string, name: string, options?: CallOptions): Promise<void>
  remove(id: string, options?: { force?: boolean; volumes?: boolean } & CallOptions): Promise<void>
  wait(id: string, options?: { condition?: 'not-running' | 'next-exit' | 'removed' } & CallOptions): Promise<WaitResult>
  /** Ends when the log does, or with `follow` when the container stops. */
  logs(id: string, options: LogOptions): Promise<{ tty: boolean; chunks: AsyncIterable<StreamChunk> }>
  attach(id: string, options: AttachOptions): Promise<StreamSession>
  resize(id: string, size: { rows: number; columns: number } & CallOptions): Promise<void>
  execCreate(id: string, body: ExecCreate, options?: CallOptions): Promise<{ Id: string }>
  /** Null when detached. */
  execStart(
    execId: string,
    options?: { detach?: boolean; tty?: boolean; consoleSize?: [number, number] } & CallOptions,
  ): Promise<StreamSession | null>
  execInspect(execId: string, options?: CallOptions): Promise<ExecInspect>
  execResize(execId: string, size: { rows: number; columns: number } & CallOptions): Promise<void>
}
