import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'

/** kernel.* that belong to an IPC namespace (sysctl(5), ipc_namespaces(7)). */
const IPC = new Set(
  'msgmax msgmnb msgmni msg_next_id sem sem_next_id shmall shmmax shmmni shm_next_id shm_rmid_forced'
    .split(' ')
    .map((name) => `kernel.${name}`),
)

/** Ports below 1024 and ping without a capability: Docker's defaults in a network namespace of one's own. */
const OWN_NETWORK: Readonly<Record<string, string>> = {
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.ping_group_range': '0 2147483647',
}

/**
 * Kernel settings of a container: defaults, the user's, and its domain name.
 *
 * @throws E_RUNTIME_OPTION for one that does not belong to a namespace of the container
 */
export const sysctls = (
  hostConfig: Pick<HostConfig, 'Sysctls' | 'NetworkMode' | 'IpcMode' | 'UTSMode'>,
  domainname = '',
): Record<string, string> => {
  const ownNetwork = hostConfig.NetworkMode !== 'host' && !hostConfig.NetworkMode?.startsWith('container:')
  const ownNames = hostConfig.UTSMode !== 'host'
  for (const name of Object.keys(hostConfig.Sysctls ?? {})) {
    const dotted = name.replaceAll('/', '.')
    const isNetwork = dotted.startsWith('net.')
    const isIpc = IPC.has(dotted) || dotted.startsWith('fs.mqueue.')
    if (!isNetwork && !isIpc && dotted !== 'kernel.domainname') {
      throw invalid(`sysctl '${name}' is not in a separate kernel namespace`)
    }
    if (isNetwork && hostConfig.NetworkMode === 'host') {
      throw invalid(`sysctl '${name}' not allowed in host network namespace`)
    }
    if (isIpc && hostConfig.IpcMode === 'host') throw invalid(`sysctl '${name}' not allowed in host ipc namespace`)
    if (dotted === 'kernel.domainname' && !ownNames) {
      throw invalid(`sysctl '${name}' not allowed in host UTS namespace`)
    }
  }
  return {
    ...(ownNetwork && OWN_NETWORK),
    ...(domainname && ownNames && { 'kernel.domainname': domainname }),
    ...hostConfig.Sysctls,
  }
}

const invalid = (message: string): AppError => new AppError('E_RUNTIME_OPTION', message)
