import type {
  ContainerConfig,
  ContainerCreate,
  DeviceMapping,
  EndpointSettings,
  ExecCreate,
  HealthConfig,
  HostConfig,
  MountSpec,
  PortBinding,
  RestartPolicy,
  Ulimit,
} from '../../port/containers.ts'
import type { FieldsOf, Shape } from '../read-shape.ts'

const labels: Shape = { map: 'string' }
const list: Shape = { list: 'string' }
const objects: Shape = { map: 'object' }

const healthConfig: FieldsOf<HealthConfig> = {
  fields: {
    Test: 'strings',
    Interval: 'integer',
    Timeout: 'integer',
    Retries: 'integer',
    StartPeriod: 'integer',
    StartInterval: 'integer',
  },
}

const containerConfig: FieldsOf<ContainerConfig> = {
  fields: {
    Hostname: 'string',
    Domainname: 'string',
    User: 'string',
    AttachStdin: 'boolean',
    AttachStdout: 'boolean',
    AttachStderr: 'boolean',
    ExposedPorts: objects,
    Tty: 'boolean',
    OpenStdin: 'boolean',
    StdinOnce: 'boolean',
    Env: list,
    Cmd: 'strings',
    Healthcheck: healthConfig,
    ArgsEscaped: 'boolean',
    Image: 'string',
    Volumes: objects,
    WorkingDir: 'string',
    Entrypoint: 'strings',
    NetworkDisabled: 'boolean',
    OnBuild: list,
    Labels: labels,
    StopSignal: 'string',
    StopTimeout: 'integer',
    Shell: 'strings',
  },
}

const portBinding: FieldsOf<PortBinding> = { fields: { HostIp: 'string', HostPort: 'string' } }
const restartPolicy: FieldsOf<RestartPolicy> = { fields: { Name: 'string', MaximumRetryCount: 'integer' } }
const ulimit: FieldsOf<Ulimit> = { fields: { Name: 'string', Soft: 'integer', Hard: 'integer' } }
const device: FieldsOf<DeviceMapping> = {
  fields: { PathOnHost: 'string', PathInContainer: 'string', CgroupPermissions: 'string' },
}

const mount: FieldsOf<MountSpec> = {
  fields: {
    Type: 'string',
    Source: 'string',
    Target: 'string',
    ReadOnly: 'boolean',
    Consistency: 'string',
    BindOptions: {
      fields: {
        Propagation: 'string',
        NonRecursive: 'boolean',
        CreateMountpoint: 'boolean',
        ReadOnlyNonRecursive: 'boolean',
        ReadOnlyForceRecursive: 'boolean',
      },
    },
    VolumeOptions: {
      fields: {
        NoCopy: 'boolean',
        Labels: labels,
        DriverConfig: { fields: { Name: 'string', Options: labels } },
        Subpath: 'string',
      },
    },
    TmpfsOptions: { fields: { SizeBytes: 'integer', Mode: 'integer' } },
  },
}

const hostConfig: FieldsOf<HostConfig> = {
  fields: {
    Binds: list,
    Mounts: { list: mount },
    NetworkMode: 'string',
    PortBindings: { map: { list: portBinding } },
    RestartPolicy: restartPolicy,
    AutoRemove: 'boolean',
    VolumesFrom: list,
    CapAdd: 'strings',
    CapDrop: 'strings',
    Dns: list,
    DnsOptions: list,
    DnsSearch: list,
    ExtraHosts: list,
    GroupAdd: list,
    IpcMode: 'string',
    CgroupnsMode: 'string',
    Links: list,
    OomScoreAdj: 'integer',
    PidMode: 'string',
    Privileged: 'boolean',
    PublishAllPorts: 'boolean',
    ReadonlyRootfs: 'boolean',
    SecurityOpt: list,
    Tmpfs: labels,
    UTSMode: 'string',
    UsernsMode: 'string',
    ShmSize: 'integer',
    Sysctls: labels,
    Runtime: 'string',
    Init: 'boolean',
    LogConfig: { fields: { Type: 'string', Config: labels } },
    Memory: 'integer',
    MemoryReservation: 'integer',
    MemorySwap: 'integer',
    MemorySwappiness: 'integer',
    OomKillDisable: 'boolean',
    NanoCpus: 'integer',
    CpuShares: 'integer',
    CpuPeriod: 'integer',
    CpuQuota: 'integer',
    CpusetCpus: 'string',
    CpusetMems: 'string',
    PidsLimit: 'integer',
    Ulimits: { list: ulimit },
    Devices: { list: device },
    DeviceCgroupRules: list,
    CgroupParent: 'string',
    MaskedPaths: list,
    ReadonlyPaths: list,
    ConsoleSize: { list: 'integer' },
  },
}

export const endpointSettings: FieldsOf<EndpointSettings> = {
  fields: {
    IPAMConfig: { fields: { IPv4Address: 'string', IPv6Address: 'string', LinkLocalIPs: list } },
    Links: list,
    Aliases: list,
    MacAddress: 'string',
    DriverOpts: labels,
    NetworkID: 'string',
    EndpointID: 'string',
    Gateway: 'string',
    IPAddress: 'string',
    IPPrefixLen: 'integer',
    IPv6Gateway: 'string',
    GlobalIPv6Address: 'string',
    GlobalIPv6PrefixLen: 'integer',
    DNSNames: list,
    GwPriority: 'integer',
  },
}

/** Body of `POST /containers/create`. */
export const containerCreateShape: FieldsOf<ContainerCreate> = {
  fields: {
    ...containerConfig.fields,
    HostConfig: hostConfig,
    NetworkingConfig: { fields: { EndpointsConfig: { map: endpointSettings } } },
  },
}

/** Body of `POST /containers/{id}/exec`. */
export const execCreateShape: FieldsOf<ExecCreate> = {
  fields: {
    AttachStdin: 'boolean',
    AttachStdout: 'boolean',
    AttachStderr: 'boolean',
    Tty: 'boolean',
    Cmd: 'strings',
    Env: list,
    User: 'string',
    WorkingDir: 'string',
    Privileged: 'boolean',
    DetachKeys: 'string',
    ConsoleSize: { list: 'integer' },
  },
}

/** Body of `POST /exec/{id}/start`. */
export const execStartShape: FieldsOf<{ Detach?: boolean; Tty?: boolean; ConsoleSize?: [number, number] }> = {
  fields: { Detach: 'boolean', Tty: 'boolean', ConsoleSize: { list: 'integer' } },
}
