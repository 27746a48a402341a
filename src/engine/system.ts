import { cpus, hostname, release, totalmem } from 'node:os'
import type { SystemPort } from '../port/system.ts'
import { hostPlatform } from '../spec/platform.ts'
import { type ContainerContext } from './container/context.ts'
import { isRunning } from './container/record.ts'

/** The newest API version that is served, and the oldest. */
export const API_VERSION = '1.45'
export const MIN_API_VERSION = '1.24'

export const openSystem = (context: ContainerContext, options: { version: string }): SystemPort => {
  const { runtime, facts, table } = context
  const arch = hostPlatform().architecture
  const warnings = [
    ...(facts.swapLimit ? [] : ['WARNING: No swap limit support']),
    ...(facts.seccomp ? [] : ['WARNING: No seccomp support']),
  ]
  return {
    ping: async () => ({ apiVersion: API_VERSION, osType: 'linux' }),
    version: async () => ({
      Version: options.version,
      ApiVersion: API_VERSION,
      MinAPIVersion: MIN_API_VERSION,
      GitCommit: '',
      GoVersion: `node ${process.version}`,
      Os: 'linux',
      Arch: arch,
      KernelVersion: release(),
      BuildTime: '',
      Platform: { Name: 'tsc-compose built-in engine' },
      Components: [
        {
          Name: 'Engine',
          Version: options.version,
          Details: {
            ApiVersion: API_VERSION,
            Arch: arch,
            MinAPIVersion: MIN_API_VERSION,
            Os: 'linux',
            KernelVersion: release(),
          },
        },
        { Name: runtime.name, Version: runtime.version, Details: { Path: runtime.path } },
      ],
    }),
    async info() {
      const containers = table.all()
      const paused = containers.filter(({ record }) => record.state.phase === 'paused').length
      const running = containers.filter(isRunning).length - paused
      return {
        ID: context.paths.tag,
        Containers: containers.length,
        ContainersRunning: running,
        ContainersPaused: paused,
        ContainersStopped: containers.length - running - paused,
        Images: (await context.images.list()).length,
        Driver: 'overlay2',
        DriverStatus: [['Backing Filesystem', 'overlayfs']],
        DockerRootDir: context.paths.root,
        Plugins: {
          Volume: ['local'],
          Network: ['bridge', 'host', 'null'],
          Authorization: null,
          Log: ['json-file', 'local', 'none'],
        },
        MemoryLimit: true,
        SwapLimit: facts.swapLimit,
        CpuCfsPeriod: true,
        CpuCfsQuota: true,
        CPUShares: true,
        CPUSet: true,
        PidsLimit: true,
        OomKillDisable: facts.cgroupVersion === 1,
        IPv4Forwarding: true,
        LoggingDriver: 'json-file',
        CgroupDriver: 'cgroupfs',
        CgroupVersion: String(facts.cgroupVersion),
        NEventsListener: 0,
        KernelVersion: release(),
        OperatingSystem: 'Linux',
        OSType: 'linux',
        Architecture: { amd64: 'x86_64', arm64: 'aarch64' }[arch] ?? arch,
        IndexServerAddress: 'https://index.docker.io/v1/',
        RegistryConfig: { InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128'], IndexConfigs: {}, Mirrors: [] },
        NCPU: cpus().length,
        MemTotal: totalmem(),
        SystemTime: new Date().toISOString(),
        Name: hostname(),
        Labels: [],
        ExperimentalBuild: false,
        ServerVersion: options.version,
        Runtimes: { [runtime.name]: { path: runtime.path } },
        DefaultRuntime: runtime.name,
        Swarm: {
          NodeID: '',
          NodeAddr: '',
          LocalNodeState: 'inactive',
          ControlAvailable: false,
          Error: '',
          RemoteManagers: null,
        },
        LiveRestoreEnabled: true,
        Isolation: '',
        InitBinary: runtime.initPath ?? '',
        SecurityOptions: facts.seccomp ? ['name=seccomp,profile=builtin'] : [],
        Warnings: warnings.length > 0 ? warnings : null,
      }
    },
  }
}
