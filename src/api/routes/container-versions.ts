import type { ContainerInspect, EndpointSettings } from '../../port/containers.ts'
import type { ApiVersion } from '../../spec/api-version.ts'

/**
 * A container as a client of an older API expects it: before 1.45 an endpoint's short id stood among its
 * `Aliases` instead of `DNSNames`, and before 1.44 a health check had no `StartInterval`.
 */
export const forVersion = (found: ContainerInspect, apiVersion: ApiVersion): ContainerInspect => {
  if (apiVersion.minor >= 45) return found
  const shortId = found.Id.slice(0, 12)
  const networks = Object.entries(found.NetworkSettings.Networks).map(([name, endpoint]) => [
    name,
    oldEndpoint(endpoint, shortId),
  ])
  return {
    ...found,
    Config: apiVersion.minor < 44 ? withoutStartInterval(found.Config) : found.Config,
    NetworkSettings: {
      ...found.NetworkSettings,
      Networks: Object.fromEntries(networks) as Record<string, EndpointSettings>,
    },
  }
}

const oldEndpoint = ({ DNSNames: dnsNames, ...endpoint }: EndpointSettings, shortId: string): EndpointSettings => {
  if (!dnsNames?.includes(shortId) || endpoint.Aliases?.includes(shortId)) return endpoint
  return { ...endpoint, Aliases: [...(endpoint.Aliases ?? []), shortId] }
}

const withoutStartInterval = (config: ContainerInspect['Config']): ContainerInspect['Config'] => {
  if (!config.Healthcheck) return config
  const { StartInterval: _, ...healthcheck } = config.Healthcheck
  return { ...config, Healthcheck: healthcheck }
}
