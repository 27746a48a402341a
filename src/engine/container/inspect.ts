import { join } from 'node:path'
import type { ContainerInspect, ContainerState, ContainerSummary, PortSummary } from '../../port/containers.ts'
import { type ContainerContext, containerFolder, logPath } from './context.ts'
import { etcFiles } from './etc-files.ts'
import { type Container, isRunning } from './record.ts'
import { statusText } from './status-text.ts'

/** `GET /containers/{id}/json`; nothing is read from disk or the kernel, clients poll it. */
export const inspectContainer = (context: ContainerContext, container: Container): ContainerInspect => {
  const { record } = container
  const files = etcFiles(containerFolder(context, record.id))
  const [Path = '', ...Args] = commandOf(container)
  return {
    Id: record.id,
    Created: record.created,
    Path,
    Args,
    State: containerState(container),
    Image: record.imageId,
    ResolvConfPath: files.resolvConf,
    HostnamePath: files.hostname,
    HostsPath: files.hosts,
    LogPath: logPath(context, record.id),
    Name: `/${record.name}`,
    RestartCount: record.state.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execIds.size > 0 ? [...container.execIds] : null,
    HostConfig: record.hostConfig,
    GraphDriver: { Name: 'overlay2', Data: { MergedDir: join(context.paths.state, 'rootfs', record.id) } },
    Mounts: [...record.mounts],
    Config: record.config,
    NetworkSettings: record.networkSettings,
  }
}

const commandOf = ({ record }: Container): string[] => [
  ...(record.config.Entrypoint ?? []),
  ...(record.config.Cmd ?? []),
]

const containerState = (container: Container): ContainerState => {
  const { state } = container.record
  const running = isRunning(container) || state.phase === 'restarting'
  return {
    Status: state.phase,
    Running: running,
    Paused: state.phase === 'paused',
    Restarting: state.phase === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: state.phase === 'dead',
    Pid: state.init?.pid ?? 0,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: state.startedAt,
    FinishedAt: state.finishedAt,
    ...(container.health ? { Health: container.health } : {}),
  }
}

/** A row of `GET /containers/json`. */
export const summarizeContainer = (container: Container, imageName: string): ContainerSummary => {
  const { record } = container
  return {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: imageName,
    ImageID: record.imageId,
    Command: commandOf(container)
      .map((word) => (word.includes(' ') ? `'${word}'` : word))
      .join(' '),
    Created: Math.floor(Date.parse(record.created) / 1000),
    Ports: portSummaries(container),
    Labels: record.config.Labels ?? {},
    State: record.state.phase,
    Status: statusText(container, Date.now()),
    HostConfig: { NetworkMode: record.hostConfig.NetworkMode ?? '' },
    NetworkSettings: { Networks: record.networkSettings.Networks },
    Mounts: [...record.mounts],
  }
}

/** Published and exposed ports, in the order of their numbers; empty while it does not run. */
const portSummaries = (container: Container): PortSummary[] => {
  if (!isRunning(container)) return []
  const rows = Object.entries(container.record.networkSettings.Ports).flatMap(([text, bindings]): PortSummary[] => {
    const [port = '', Type = 'tcp'] = text.split('/')
    const PrivatePort = Number(port)
    if (!bindings) return [{ PrivatePort, Type }]
    return bindings.map(({ HostIp, HostPort }) => ({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type }))
  })
  return rows.toSorted((a, b) => a.PrivatePort - b.PrivatePort || (a.IP ?? '').localeCompare(b.IP ?? ''))
}
