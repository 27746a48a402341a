import type { ContainerConfig, ContainerCreate, HealthConfig, HostConfig } from '../../port/containers.ts'

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * A container's configuration: the request over the image's, field by field as Docker merges them. An entrypoint in the
 * request drops the image's command, `[]` drops the image's entrypoint alone and `['']` both; variables and labels of the
 * image are kept where the request has none of that name; a bare `K` in `Env` removes the image's variable.
 */
export const mergeConfig = (request: ContainerCreate, image: ContainerConfig): ContainerConfig => {
  const entrypoint = request.Entrypoint ?? image.Entrypoint
  const command = request.Cmd?.length || request.Entrypoint?.length ? request.Cmd : image.Cmd
  const clearsEntrypoint = entrypoint?.length === 0 || (entrypoint?.length === 1 && entrypoint[0] === '')
  const health = mergeHealth(request.Healthcheck, image.Healthcheck)
  return {
    Hostname: request.Hostname ?? '',
    Domainname: request.Domainname ?? '',
    User: request.User || image.User || '',
    AttachStdin: request.AttachStdin ?? false,
    AttachStdout: request.AttachStdout ?? false,
    AttachStderr: request.AttachStderr ?? false,
    ExposedPorts: { ...image.ExposedPorts, ...request.ExposedPorts },
    Tty: request.Tty ?? false,
    OpenStdin: request.OpenStdin ?? false,
    StdinOnce: request.StdinOnce ?? false,
    Env: mergeEnv(request.Env ?? [], image.Env ?? []),
    Cmd: command?.length ? command : null,
    ...(health ? { Healthcheck: health } : {}),
    Image: request.Image ?? '',
    Volumes: { ...image.Volumes, ...request.Volumes },
    WorkingDir: request.WorkingDir || image.WorkingDir || '',
    Entrypoint: clearsEntrypoint ? null : (entrypoint ?? null),
    OnBuild: null,
    Labels: { ...image.Labels, ...request.Labels },
    StopSignal: request.StopSignal || image.StopSignal || '',
    ...(request.StopTimeout === undefined ? {} : { StopTimeout: request.StopTimeout }),
    ...(request.Shell?.length ? { Shell: request.Shell } : image.Shell?.length ? { Shell: image.Shell } : {}),
  }
}

const mergeEnv = (own: readonly string[], image: readonly string[]): string[] => {
  const nameOf = (variable: string): string => variable.split('=', 1)[0] ?? ''
  const named = new Set(own.map(nameOf))
  const all = [...own.filter((variable) => variable.includes('=')), ...image.filter((v) => !named.has(nameOf(v)))]
  return all.some((variable) => variable.startsWith('PATH=')) ? all : [...all, DEFAULT_PATH]
}

const mergeHealth = (
  own: HealthConfig | null | undefined,
  image: HealthConfig | null | undefined,
): HealthConfig | undefined => {
  if (!own) return image ?? undefined
  if (!image || own.Test?.[0] === 'NONE') return own
  return {
    Test: own.Test?.length ? own.Test : (image.Test ?? []),
    Interval: own.Interval || image.Interval || 0,
    Timeout: own.Timeout || image.Timeout || 0,
    Retries: own.Retries || image.Retries || 0,
    StartPeriod: own.StartPeriod || image.StartPeriod || 0,
    StartInterval: own.StartInterval || image.StartInterval || 0,
  }
}

/** The request's host configuration with the defaults that `inspect` shows. */
export const completeHostConfig = (request: HostConfig): HostConfig => ({
  ...request,
  NetworkMode: !request.NetworkMode || request.NetworkMode === 'default' ? 'bridge' : request.NetworkMode,
  RestartPolicy: {
    Name: request.RestartPolicy?.Name || 'no',
    MaximumRetryCount: request.RestartPolicy?.MaximumRetryCount ?? 0,
  },
  LogConfig: { Type: request.LogConfig?.Type || 'json-file', Config: request.LogConfig?.Config ?? {} },
  IpcMode: request.IpcMode || 'private',
  ShmSize: request.ShmSize || 64 * 1024 * 1024,
  PortBindings: request.PortBindings ?? {},
})
