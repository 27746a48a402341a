import type { ServiceModel } from '../compose/model.ts'
import { parseBytes } from '../lib/bytes.ts'
import { defined } from '../lib/defined.ts'
import type { HostConfig, Ulimit } from '../port/containers.ts'

/** Limits of memory, processors and processes; `deploy.resources` wins over the short attributes. */
export const resources = (service: ServiceModel): HostConfig => {
  const { limits, reservations } = service.deploy?.resources ?? {}
  return defined({
    Memory: bytes(limits?.memory ?? service.mem_limit),
    MemoryReservation: bytes(reservations?.memory ?? service.mem_reservation),
    MemorySwap: bytes(service.memswap_limit),
    NanoCpus: nanoCpus(limits?.cpus ?? service.cpus),
    CpuShares: service.cpu_shares,
    CpusetCpus: service.cpuset,
    PidsLimit: limits?.pids ?? service.pids_limit,
    ShmSize: bytes(service.shm_size),
    Ulimits: service.ulimits ? ulimits(service.ulimits) : undefined,
  })
}

const bytes = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseBytes(text))

const nanoCpus = (cpus: number | undefined): number | undefined =>
  cpus === undefined ? undefined : Math.round(cpus * 1e9)

const ulimits = (given: NonNullable<ServiceModel['ulimits']>): Ulimit[] =>
  Object.entries(given)
    .map(([Name, limit]) =>
      typeof limit === 'number' ? { Name, Soft: limit, Hard: limit } : { Name, Soft: limit.soft, Hard: limit.hard },
    )
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))
