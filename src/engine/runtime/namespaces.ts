import type { HostFacts } from './host-facts.ts'
import type { OciNamespace } from './oci.ts'
import type { OciInput } from './part.ts'

/**
 * The namespaces of a container. The host's network is given only where NetworkMode says `host`: a container without a
 * namespace to join gets an empty one of its own. Cgroup namespaces come with cgroup v2, as in Docker.
 */
export const namespaces = (input: OciInput, host: Pick<HostFacts, 'cgroupVersion'>): OciNamespace[] => {
  const { NetworkMode, IpcMode, PidMode, UTSMode, CgroupnsMode } = input.hostConfig
  const cgroup = CgroupnsMode || (host.cgroupVersion === 2 ? 'private' : 'host')
  return [
    { type: 'mount' },
    ...own('network', NetworkMode, input.netnsPath),
    ...own('uts', UTSMode),
    ...own('ipc', IpcMode, input.ipcPath),
    ...own('pid', PidMode, input.pidPath),
    ...own('cgroup', cgroup),
  ]
}

const own = (type: OciNamespace['type'], mode: string | undefined, path?: string): OciNamespace[] => {
  if (path !== undefined) return [{ type, path }]
  return mode === 'host' ? [] : [{ type }]
}
