import type { CallOptions, Filters } from './common.ts'

export interface VersionInfo {
  Version: string
  ApiVersion: string
  MinAPIVersion: string
  GitCommit: string
  GoVersion: string
  Os: string
  Arch: string
  KernelVersion: string
  BuildTime: string
  Platform: { Name: string }
  Components: { Name: string; Version: string; Details?: Record<string, string> }[]
}

/** `GET /info`: the fields that clients read, any others as they come. */
export interface SystemInfo {
  ID: string
  Containers: number
  ContainersRunning: number
  ContainersPaused: number
  ContainersStopped: number
  Images: number
  Driver: string
  DockerRootDir: string
  ServerVersion: string
  CgroupVersion: string
  DefaultRuntime: string
  NCPU: number
  MemTotal: number
  Warnings: string[] | null
  [other: string]: unknown
}

export interface EngineEvent {
  Type: 'container' | 'image' | 'network' | 'volume' | 'daemon' | 'builder'
  /** `start`, `die`, `health_status: healthy`, … */
  Action: string
  Actor: { ID: string; Attributes: Record<string, string> }
  scope: 'local'
  /** Unix seconds, and the same in nanoseconds. */
  time: number
  timeNano: number
  /** Old clients read these three. */
  status?: string
  id?: string
  from?: string
}

export interface EventsPort {
  /** Endless unless `until` or the signal ends it; `since` replays from the buffer. */
  subscribe(query?: { since?: number; until?: number; filters?: Filters } & CallOptions): AsyncIterable<EngineEvent>
}

export interface SystemPort {
  ping(options?: CallOptions): Promise<{ apiVersion: string; osType: string }>
  version(options?: CallOptions): Promise<VersionInfo>
  info(options?: CallOptions): Promise<SystemInfo>
}
