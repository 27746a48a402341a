export interface RunOptions {
  /** Standard input. */
  readonly input?: string | Uint8Array
  readonly cwd?: string
  /** The whole environment of the child; a fixed PATH and LC_ALL=C when absent. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Resolve with any exit status instead of rejecting. */
  readonly allowFailure?: boolean
}

export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A process whose streams are used while it runs. */
export interface HostProcess {
  readonly pid: number
  readonly stdin: NodeJS.WritableStream
  readonly stdout: NodeJS.ReadableStream
  /** Rejects with E_HOST_COMMAND unless it exits with 0. */
  readonly done: Promise<RunResult>
  kill(signal?: NodeJS.Signals): void
}

/** Flags of mount(2), by name. */
export type MountFlag = 'ro' | 'nosuid' | 'nodev' | 'noexec' | 'bind' | 'rec' | 'private' | 'slave' | 'remount'

export interface MountRequest {
  readonly source: string
  readonly target: string
  /** File system type; empty for binds. */
  readonly type: string
  readonly flags?: readonly MountFlag[]
  /** Option string of the file system; relative paths in it are relative to `cwd`. */
  readonly data?: string
  readonly cwd?: string
}

/** Everything the engine does to the machine goes through here; tests record it with a fake. */
export interface Host {
  /** @throws E_HOST_COMMAND with command, status and stderr; E_HOST_MISSING when the program is not installed */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  start(command: string, args: readonly string[], options?: RunOptions): HostProcess
  /** mount(2), in the order given; stops at the first failure. */
  mount(requests: readonly MountRequest[]): Promise<void>
  /** umount2(2) with MNT_DETACH; a path that is no mount point is no error. */
  unmount(targets: readonly string[]): Promise<void>
  /** Writes a /proc or /sys file; a missing file rejects. */
  writeKernelFile(path: string, text: string): Promise<void>
  /** Ends the helper processes that this host keeps. */
  close(): Promise<void>
}
