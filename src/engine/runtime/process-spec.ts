import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import { boundingSet, capabilitySets } from './capabilities.ts'
import type { HostFacts } from './host-facts.ts'
import type { OciProcess } from './oci.ts'
import type { ProcessInput } from './part.ts'
import { rlimits } from './rlimits.ts'
import { securityOptions } from './security-opt.ts'
import { workingDir } from './working-dir.ts'

/**
 * The process of a container, or an exec's whole process.json. A privileged exec has every capability of the host,
 * whatever its container has.
 *
 * @throws E_RUNTIME_OPTION, E_RUNTIME_PATH
 */
export const processSpec = (
  input: ProcessInput,
  hostConfig: HostConfig,
  host: HostFacts,
): { process: OciProcess; warnings: string[] } => {
  const privileged = input.privileged || (hostConfig.Privileged ?? false)
  const capabilities = boundingSet({ ...hostConfig, Privileged: privileged }, host.boundingCapabilities)
  const limits = rlimits(hostConfig.Ulimits ?? [], host.hardLimits)
  const oom = oomScore(hostConfig.OomScoreAdj ?? 0, host.leastOomScore)
  const { uid, gid, additionalGids, home } = input.user
  const hasHome = input.env.some((entry) => entry.startsWith('HOME='))
  return {
    process: {
      terminal: input.tty,
      ...(input.tty &&
        input.consoleSize && { consoleSize: { height: input.consoleSize.rows, width: input.consoleSize.columns } }),
      cwd: workingDir(input.cwd),
      env: hasHome ? input.env : [...input.env, `HOME=${home}`],
      args: input.args,
      user: { uid, gid, additionalGids },
      capabilities: capabilitySets(capabilities.names, uid),
      ...(limits.rlimits.length > 0 && { rlimits: limits.rlimits }),
      noNewPrivileges: securityOptions(hostConfig, host).noNewPrivileges,
      oomScoreAdj: oom.score,
    },
    warnings: [...capabilities.warnings, ...limits.warnings, ...oom.warnings],
  }
}

const oomScore = (wanted: number, least: number): { score: number; warnings: string[] } => {
  if (wanted < -1000 || wanted > 1000) {
    throw new AppError('E_RUNTIME_OPTION', `Invalid value ${wanted}, range for oom score adj is [-1000, 1000]`)
  }
  if (wanted >= least) return { score: wanted, warnings: [] }
  const warning = `The OOM score ${wanted} is raised to ${least}: the engine may not give less`
  return { score: least, warnings: wanted === 0 ? [] : [warning] }
}
