import type { Project, ServiceModel } from '../compose/model.ts'
import { serviceOf } from '../graph/service-graph.ts'
import { defined } from '../lib/defined.ts'
import { parseDuration } from '../lib/duration.ts'
import type { ContainerCreate, HostConfig } from '../port/containers.ts'
import { fieldHashes } from './config-hash.ts'
import type { DesiredEndpoint } from './desired.ts'
import type { FileObjects } from './file-objects.ts'
import { healthConfig } from './healthcheck.ts'
import { LABEL, OWN_LABEL } from './labels.ts'
import { mountsOf } from './mounts.ts'
import { exposedPorts, portBindings } from './ports.ts'
import { resources } from './resources.ts'
import { restartPolicy } from './restart.ts'

export interface TemplateInput {
  readonly project: Project
  readonly name: string
  readonly service: ServiceModel
  readonly image: string
  readonly endpoints: readonly DesiredEndpoint[]
  readonly files: FileObjects
  readonly filesHash: string | undefined
  /** Value of `com.docker.compose.version`. */
  readonly version: string
}

/** Everything about a service's containers that is the same for all of them and known before the engine is asked. */
export const templateOf = (input: TemplateInput): ContainerCreate => {
  const { service, image } = input
  return defined({
    Image: image,
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    WorkingDir: service.working_dir,
    AttachStdout: true,
    AttachStderr: true,
    Tty: service.tty,
    OpenStdin: service.stdin_open,
    Cmd: service.command ? [...service.command] : undefined,
    Entrypoint: service.entrypoint ? [...service.entrypoint] : undefined,
    Env: service.environment ? environment(service.environment) : undefined,
    ExposedPorts: exposedPorts(service),
    Healthcheck: service.healthcheck ? healthConfig(service.healthcheck) : undefined,
    StopSignal: service.stop_signal,
    StopTimeout: stopTimeout(service),
    Labels: labels(input),
    HostConfig: hostConfig(input),
  })
}

/** `K=V`, sorted; a bare `K` removes the image's variable. */
const environment = (variables: NonNullable<ServiceModel['environment']>): string[] =>
  Object.entries(variables)
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .sort()

/** Whole seconds of `stop_grace_period`. */
export const stopTimeout = (service: ServiceModel): number | undefined => {
  const ms = service.stop_grace_period === undefined ? undefined : parseDuration(service.stop_grace_period)
  return ms === undefined ? undefined : Math.ceil(ms / 1000)
}

const labels = ({ project, name, service, version, filesHash }: TemplateInput): Record<string, string> =>
  defined({
    ...service.labels,
    [LABEL.project]: project.model.name,
    [LABEL.service]: name,
    [LABEL.version]: version,
    [LABEL.workingDir]: project.workingDir,
    [LABEL.configFiles]: project.configFiles.join(','),
    [LABEL.environmentFile]: project.envFiles.length > 0 ? project.envFiles.join(',') : undefined,
    [LABEL.oneOff]: 'False',
    [LABEL.dependsOn]: dependsOn(service),
    [OWN_LABEL.fields]: fieldHashes(service),
    [OWN_LABEL.files]: filesHash,
    [OWN_LABEL.onUnhealthy]: service['x-on-unhealthy'],
  }) as Record<string, string>

const dependsOn = (service: ServiceModel): string =>
  Object.entries(service.depends_on ?? {})
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart ?? false}`)
    .join(',')

const hostConfig = ({ project, service, endpoints, files }: TemplateInput): HostConfig => {
  const { binds, mounts, tmpfs } = mountsOf(service, project.model.volumes)
  const unconfined = service.security_opt?.includes('systempaths=unconfined')
  const plain = (mode: string | undefined): string | undefined => (serviceOf(mode) === undefined ? mode : undefined)
  const hasMode = service.network_mode !== undefined
  return defined({
    NetworkMode: hasMode ? plain(service.network_mode) : (endpoints[0]?.name ?? 'none'),
    IpcMode: plain(service.ipc),
    PidMode: plain(service.pid),
    RestartPolicy: service.restart || service.deploy?.restart_policy ? restartPolicy(service) : undefined,
    Binds: binds.length > 0 ? [...binds] : undefined,
    Mounts: mounts.length + files.mounts.length > 0 ? [...mounts, ...files.mounts] : undefined,
    Tmpfs: service.tmpfs ? { ...tmpfs } : undefined,
    PortBindings: service.ports ? portBindings(service) : undefined,
    Init: service.init,
    Privileged: service.privileged,
    ReadonlyRootfs: service.read_only,
    CapAdd: service.cap_add?.map(capability),
    CapDrop: service.cap_drop?.map(capability),
    SecurityOpt: service.security_opt?.filter((option) => option !== 'systempaths=unconfined'),
    MaskedPaths: unconfined ? [] : undefined,
    ReadonlyPaths: unconfined ? [] : undefined,
    GroupAdd: copy(service.group_add),
    Dns: copy(service.dns),
    DnsSearch: copy(service.dns_search),
    DnsOptions: copy(service.dns_opt),
    ExtraHosts: service.extra_hosts?.map((entry) => entry.replace('=', ':')),
    Sysctls: service.sysctls ? { ...service.sysctls } : undefined,
    Devices: service.devices?.map(({ source, target, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    LogConfig: service.logging
      ? defined({ Type: service.logging.driver, Config: service.logging.options && { ...service.logging.options } })
      : undefined,
    ...resources(service),
  })
}

const copy = (list: readonly string[] | undefined): string[] | undefined => (list ? [...list] : undefined)

/** `net_admin` → `CAP_NET_ADMIN`; `ALL` stays. */
const capability = (text: string): string => {
  const name = text.toUpperCase()
  return name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`
}
