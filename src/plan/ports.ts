import type { ServiceModel } from '../compose/model.ts'
import type { PortMap } from '../port/containers.ts'

/** `"80/tcp"` → `{}` for what is exposed or published; a range in `expose` is one entry each. */
export const exposedPorts = (service: ServiceModel): Record<string, object> => {
  const published = (service.ports ?? []).map((port) => `${port.target}/${port.protocol}`)
  const keys = [...(service.expose ?? []).flatMap(expandRange), ...published]
  return Object.fromEntries(keys.map((key) => [key, {}]))
}

const expandRange = (text: string): string[] => {
  const [ports = '', protocol = 'tcp'] = text.split('/')
  const [first = '', last = first] = ports.split('-')
  const count = Number(last) - Number(first) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => `${Number(first) + index}/${protocol.toLowerCase()}`)
}

export const portBindings = (service: ServiceModel): PortMap => {
  const bindings: PortMap = {}
  for (const port of service.ports ?? []) {
    const key = `${port.target}/${port.protocol}`
    bindings[key] = [...(bindings[key] ?? []), { HostIp: port.host_ip ?? '', HostPort: port.published ?? '' }]
  }
  return bindings
}
