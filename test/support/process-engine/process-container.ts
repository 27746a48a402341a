import { AppError } from '../../../src/errors/app-error.ts'
import { deferred } from '../../../src/lib/deferred.ts'
import type { StreamSession } from '../../../src/port/common.ts'
import type {
  AttachOptions,
  ContainerCreate,
  ContainerInspect,
  ContainerState,
  EndpointSettings,
  MountPoint,
} from '../../../src/port/containers.ts'
import { type HostProcess, hostProcess } from './host-process.ts'
import { outputLog } from './output-log.ts'
import { processSession } from './process-session.ts'

const ZERO = '0001-01-01T00:00:00Z'

/** One container whose process is a child of the test's own. Pauses with SIGSTOP, has no isolation. */
export class ProcessContainer {
  readonly id: string
  readonly created = new Date()
  readonly body: ContainerCreate
  readonly imageId: string
  readonly mounts: MountPoint[]
  readonly networks: Record<string, EndpointSettings>
  readonly log = outputLog()
  name: string
  state: ContainerState = {
    Status: 'created',
    Running: false,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 0,
    ExitCode: 0,
    Error: '',
    StartedAt: ZERO,
    FinishedAt: ZERO,
  }
  readonly removed = deferred<void>()
  readonly #emit: (action: string, attributes?: Record<string, string>) => void
  #exited = deferred<void>()
  #process: HostProcess | undefined
  #earlyInput: Uint8Array[] = []
  #inputEnded = false

  constructor(options: {
    id: string
    name: string
    body: ContainerCreate
    imageId: string
    mounts: MountPoint[]
    networks: Record<string, EndpointSettings>
    emit: (action: string, attributes?: Record<string, string>) => void
  }) {
    this.id = options.id
    this.name = options.name
    this.body = options.body
    this.imageId = options.imageId
    this.mounts = options.mounts
    this.#emit = options.emit
    this.networks = options.networks
  }

  start(): boolean {
    if (this.state.Running) return false
    this.#process = hostProcess({
      args: [...(this.body.Entrypoint ?? []), ...(this.body.Cmd ?? ['sh'])],
      env: this.body.Env ?? [],
      cwd: this.body.WorkingDir ?? '/',
      tty: this.body.Tty ?? false,
      onOutput: this.log.append,
      onExit: (code) => this.#onExit(code),
    })
    const { pid } = this.#process
    const StartedAt = new Date().toISOString()
    this.state = { ...this.state, Status: 'running', Running: true, Pid: pid, ExitCode: 0, StartedAt }
    this.#emit('start')
    for (const data of this.#earlyInput.splice(0)) this.#process.write(data)
    if (this.#inputEnded || !this.body.OpenStdin) this.#process.end()
    return true
  }

  #onExit(code: number): void {
    const FinishedAt = new Date().toISOString()
    this.state = { ...this.state, Status: 'exited', Running: false, Paused: false, Pid: 0, ExitCode: code, FinishedAt }
    this.#emit('die', { exitCode: String(code) })
    this.log.end()
    this.#exited.resolve()
    this.#exited = deferred()
  }

  nextExit(): Promise<void> {
    return this.#exited.promise
  }

  kill(signal: string): void {
    if (!this.state.Running) throw conflict(`Container ${this.id} is not running`)
    const name = (signal.startsWith('SIG') ? signal : `SIG${signal}`) as NodeJS.Signals
    if (name === 'SIGKILL') this.#process?.killGroup(name)
    else this.#process?.kill(name)
    this.#emit('kill', { signal: name })
  }

  async stop(timeoutSeconds: number, signal: string): Promise<boolean> {
    if (!this.state.Running) return false
    if (this.state.Paused) this.unpause()
    const exited = this.nextExit()
    this.kill(signal)
    const timer = setTimeout(() => this.#process?.killGroup('SIGKILL'), timeoutSeconds * 1000)
    await exited
    clearTimeout(timer)
    this.#emit('stop')
    return true
  }

  pause(): void {
    if (!this.state.Running) throw conflict(`Container ${this.id} is not running`)
    if (this.state.Paused) throw conflict(`Container ${this.id} is already paused`)
    this.#process?.killGroup('SIGSTOP')
    this.state = { ...this.state, Status: 'paused', Paused: true }
    this.#emit('pause')
  }

  unpause(): void {
    if (!this.state.Paused) throw conflict(`Container ${this.id} is not paused`)
    this.#process?.killGroup('SIGCONT')
    this.state = { ...this.state, Status: 'running', Paused: false }
    this.#emit('unpause')
  }

  attach(options: AttachOptions): StreamSession {
    if (this.state.Paused) throw conflict(`You cannot attach to a paused container, unpause it first`)
    return processSession(
      this.log,
      { ...options, tty: this.body.Tty ?? false, running: this.state.Running },
      {
        write: (data) => {
          if (this.#process) this.#process.write(data)
          else this.#earlyInput.push(data)
        },
        end: () => {
          if (!this.body.StdinOnce) return
          this.#inputEnded = true
          this.#process?.end()
        },
      },
    )
  }

  inspect(): ContainerInspect {
    const { HostConfig, NetworkingConfig: _, ...config } = this.body
    const [path = 'sh', ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])]
    return {
      Id: this.id,
      Created: this.created.toISOString(),
      Path: path,
      Args: args,
      State: this.state,
      Image: this.imageId,
      ResolvConfPath: '',
      HostnamePath: '',
      HostsPath: '',
      LogPath: '',
      Name: `/${this.name}`,
      RestartCount: 0,
      Driver: 'process',
      Platform: 'linux',
      MountLabel: '',
      ProcessLabel: '',
      AppArmorProfile: '',
      ExecIDs: null,
      HostConfig: HostConfig ?? {},
      GraphDriver: { Name: 'process', Data: null },
      Mounts: this.mounts,
      Config: config,
      NetworkSettings: {
        Bridge: '',
        SandboxID: '',
        SandboxKey: '',
        Ports: {},
        Networks: this.networks,
        Gateway: '',
        IPAddress: '',
        IPPrefixLen: 0,
        MacAddress: '',
      },
    }
  }
}

export const conflict = (message: string): AppError => new AppError('E_CONTAINER_CONFLICT', message)
