import { AppError } from '../../errors/app-error.ts'
import type { HostConfig } from '../../port/containers.ts'
import type { HostFacts } from './host-facts.ts'
import type { OciResources } from './oci.ts'

const MIB = 1024 * 1024
const LEAST_MEMORY = 6 * MIB
const CPU_PERIOD_US = 100_000

/** Processes of a container that says nothing of them; Docker sets no limit, and a fork bomb takes the host. */
export const DEFAULT_PIDS_LIMIT = 4096

type Limits = Omit<OciResources, 'devices'>

/**
 * Memory, processor and process limits. Values are those of cgroup v1, which runtimes translate for v2.
 *
 * @throws E_RUNTIME_OPTION with Docker's words
 */
export const resources = (hostConfig: HostConfig, host: HostFacts): { limits: Limits; warnings: string[] } => {
  const memory = memoryLimits(hostConfig, host)
  const cpu = cpuLimits(hostConfig, host.cpus)
  const pids = hostConfig.PidsLimit ?? DEFAULT_PIDS_LIMIT
  return {
    limits: {
      ...(Object.keys(memory.limits).length > 0 && { memory: memory.limits }),
      ...(Object.keys(cpu).length > 0 && { cpu }),
      ...(pids > 0 && { pids: { limit: pids } }),
    },
    warnings: memory.warnings,
  }
}

type Memory = NonNullable<Limits['memory']>

const memoryLimits = (hostConfig: HostConfig, host: HostFacts): { limits: Memory; warnings: string[] } => {
  const { Memory: limit = 0, MemoryReservation: reservation = 0, MemorySwap: given = 0, OomKillDisable } = hostConfig
  if (limit > 0 && limit < LEAST_MEMORY) throw invalid('Minimum memory limit allowed is 6MB')
  if (reservation > 0 && reservation < LEAST_MEMORY) throw invalid('Minimum memory reservation allowed is 6MB')
  if (limit > 0 && reservation > limit) {
    throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage')
  }
  if (given > 0 && limit === 0) {
    throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage')
  }
  if (given > 0 && given < limit) {
    throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage')
  }
  const warnings: string[] = []
  const old = host.cgroupVersion === 1
  const swap = given === 0 && limit > 0 ? limit * 2 : given
  if (swap > 0 && !host.swapLimit) {
    warnings.push('Your kernel does not support swap limit capabilities. Memory limited without swap')
  }
  const swappiness = swappinessOf(hostConfig)
  if (swappiness !== undefined && !old) warnings.push('Memory swappiness is ignored: cgroup v2 has none')
  if (OomKillDisable && !old) warnings.push('Disabling the OOM killer is ignored: cgroup v2 cannot do it')
  if (OomKillDisable && old && limit === 0) {
    warnings.push(
      'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources',
    )
  }
  return {
    limits: {
      ...(limit > 0 && { limit }),
      ...(reservation > 0 && { reservation }),
      ...(swap !== 0 && host.swapLimit && { swap }),
      ...(swappiness !== undefined && old && { swappiness }),
      ...(OomKillDisable && old && { disableOOMKiller: true }),
    },
    warnings,
  }
}

/** Undefined: the host's. −1 is how older clients say so. */
const swappinessOf = (hostConfig: HostConfig): number | undefined => {
  const swappiness = hostConfig.MemorySwappiness ?? -1
  if (swappiness === -1) return undefined
  if (swappiness < 0 || swappiness > 100) {
    throw invalid(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`)
  }
  return swappiness
}

const cpuLimits = (hostConfig: HostConfig, cpus: number): NonNullable<Limits['cpu']> => {
  const { NanoCpus: nano = 0, CpuPeriod: period = 0, CpuQuota: quota = 0, CpuShares: shares = 0 } = hostConfig
  if (nano > 0 && period > 0) throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set')
  if (nano > 0 && quota > 0) throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set')
  if (nano !== 0 && (nano < 1e7 || nano > cpus * 1e9)) {
    throw invalid(`range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${cpus} CPUs available`)
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)')
  }
  if (quota > 0 && quota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)')
  if (shares < 0) throw invalid(`invalid CPU shares (${shares}): value must be a positive integer`)
  const share =
    nano > 0 ? { period: CPU_PERIOD_US, quota: Math.round((nano * CPU_PERIOD_US) / 1e9) } : { period, quota }
  return {
    ...(shares > 0 && { shares }),
    ...(share.period > 0 && { period: share.period }),
    ...(share.quota !== 0 && { quota: share.quota }),
    ...(hostConfig.CpusetCpus && { cpus: cpuset(hostConfig.CpusetCpus, 'cpus') }),
    ...(hostConfig.CpusetMems && { mems: cpuset(hostConfig.CpusetMems, 'mems') }),
  }
}

/** Only the form is looked at: a range is never spread out, as `0-1000000000` would fill the memory. */
const cpuset = (list: string, kind: string): string => {
  if (!/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(list)) {
    throw invalid(`Invalid value ${list} for cpuset ${kind}`)
  }
  return list
}

const invalid = (message: string): AppError => new AppError('E_RUNTIME_OPTION', message)
