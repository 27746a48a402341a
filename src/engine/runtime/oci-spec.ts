import { AppError } from '../../errors/app-error.ts'
import type { ContainerConfig, HostConfig } from '../../port/containers.ts'
import { containerDevices } from './devices.ts'
import type { HostFacts } from './host-facts.ts'
import { containerMounts } from './mounts.ts'
import { namespaces } from './namespaces.ts'
import type { OciMount, OciSpec } from './oci.ts'
import type { OciInput } from './part.ts'
import { processSpec } from './process-spec.ts'
import { resources } from './resources.ts'
import { compileSeccomp } from './seccomp/compile.ts'
import { securityOptions } from './security-opt.ts'
import { sysctls } from './sysctls.ts'
import { systemPaths } from './system-paths.ts'

/** Where tini is found in a container that asks for an init process. */
const INIT_TARGET = '/sbin/docker-init'

/**
 * A container's config.json, after Docker's defaults for mounts, devices, capabilities, masks, namespaces and limits.
 * What the host cannot give is left out or cut, and said in `warnings`.
 *
 * @throws E_RUNTIME_OPTION, E_RUNTIME_PATH, E_RUNTIME_DEVICE, E_RUNTIME_SECCOMP
 */
export const ociSpec = (input: OciInput, host: HostFacts): { spec: OciSpec; warnings: string[] } => {
  const { hostConfig, config } = input
  const security = securityOptions(hostConfig, host)
  const { process, warnings } = processSpec(input.process, hostConfig, host)
  const { limits, warnings: limitWarnings } = resources(hostConfig, host)
  const { devices, rules } = containerDevices(hostConfig, (path) => host.devicesAt(path))
  const paths = systemPaths(hostConfig, { open: security.openSystemPaths, thermalPaths: host.thermalPaths })
  const init = initProcess(input)
  const mounts = containerMounts(input.mounts, hostConfig, host)
  const spec: OciSpec = {
    ociVersion: '1.0.2',
    process: { ...process, args: [...init.args, ...process.args] },
    root: { path: input.rootfs, readonly: hostConfig.ReadonlyRootfs ?? false },
    ...(hostConfig.UTSMode !== 'host' && { hostname: input.hostname }),
    mounts: [...mounts, ...init.mounts],
    linux: {
      namespaces: namespaces(input, host),
      cgroupsPath: input.cgroupsPath,
      resources: { devices: rules, ...limits },
      devices,
      sysctl: sysctls(hostConfig, config.Domainname),
      maskedPaths: paths.masked,
      readonlyPaths: paths.readOnly,
      rootfsPropagation: propagation(mounts),
      ...(security.seccomp && {
        seccomp: compileSeccomp(security.seccomp, {
          capabilities: process.capabilities.bounding,
          architecture: host.architecture,
          kernel: host.kernel,
        }),
      }),
    },
  }
  return { spec, warnings: [...security.warnings, ...warnings, ...limitWarnings] }
}

/**
 * What of a configuration can be judged before there is a container: the same errors that {@link ociSpec} would throw at
 * the start, and its warnings.
 */
export const checkHostConfig = (config: ContainerConfig, hostConfig: HostConfig, host: HostFacts): string[] => {
  const user = { uid: 0, gid: 0, additionalGids: [], home: '/' }
  const process = { args: [], env: [], cwd: config.WorkingDir ?? '', tty: false, user, privileged: false }
  const init = hostConfig.Init ? { initPath: INIT_TARGET } : {}
  const input = { id: '', rootfs: '/', process, config, hostConfig, hostname: '', mounts: [], cgroupsPath: '', ...init }
  return ociSpec(input, { ...host, devicesAt: () => [PLACEHOLDER] }).warnings
}

/** Stands for any device: whether the host has it counts when the container starts. */
const PLACEHOLDER = { path: '/dev/null', type: 'c', major: 1, minor: 3, fileMode: 0o666, uid: 0, gid: 0 } as const

const initProcess = ({ hostConfig, initPath }: OciInput): { args: string[]; mounts: OciMount[] } => {
  const ownPids = hostConfig.PidMode !== 'host' && !hostConfig.PidMode?.startsWith('container:')
  if (!hostConfig.Init || !ownPids) return { args: [], mounts: [] }
  if (initPath === undefined) {
    throw new AppError('E_RUNTIME_OPTION', 'Cannot give the container an init process: tini is not installed', {
      hint: 'Install it: apt-get install tini',
      httpStatus: 500,
    })
  }
  return {
    args: [INIT_TARGET, '--'],
    mounts: [{ destination: INIT_TARGET, type: 'bind', source: initPath, options: ['bind', 'ro'] }],
  }
}

/** As open as the most open mount asks for. */
const propagation = (mounts: readonly OciMount[]): OciSpec['linux']['rootfsPropagation'] => {
  const options = mounts.flatMap((mount) => mount.options)
  if (options.some((option) => /^r?shared$/.test(option))) return 'shared'
  return options.some((option) => /^r?slave$/.test(option)) ? 'slave' : 'private'
}
