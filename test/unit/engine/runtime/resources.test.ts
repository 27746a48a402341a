import { describe, expect, it } from 'vitest'
import { resources } from '../../../../src/engine/runtime/resources.ts'
import { facts } from './facts.ts'

const MB = 1024 * 1024

describe('resources', () => {
  it('limits the processes of a container that asks for nothing, and of none that asks for no limit', () => {
    expect(resources({}, facts()).limits).toEqual({ pids: { limit: 4096 } })
    expect(resources({ PidsLimit: 0 }, facts()).limits).toEqual({})
    expect(resources({ PidsLimit: -1 }, facts()).limits).toEqual({})
    expect(resources({ PidsLimit: 10 }, facts()).limits).toEqual({ pids: { limit: 10 } })
  })

  it('gives as much swap as memory when nothing is said of it', () => {
    const { limits } = resources({ Memory: 64 * MB, MemoryReservation: 32 * MB }, facts())
    expect(limits.memory).toEqual({ limit: 64 * MB, reservation: 32 * MB, swap: 128 * MB })
  })

  it('leaves swap out with a warning where the kernel cannot limit it', () => {
    const { limits, warnings } = resources({ Memory: 64 * MB }, facts({ swapLimit: false }))
    expect(limits.memory).toEqual({ limit: 64 * MB })
    expect(warnings).toEqual(['Your kernel does not support swap limit capabilities. Memory limited without swap'])
  })

  it('keeps swappiness and the OOM switch for cgroup v1', () => {
    const asked = { Memory: 64 * MB, MemorySwap: -1, MemorySwappiness: 10, OomKillDisable: true }
    expect(resources(asked, facts({ cgroupVersion: 1 })).limits.memory).toEqual({
      limit: 64 * MB,
      swap: -1,
      swappiness: 10,
      disableOOMKiller: true,
    })
    const onV2 = resources(asked, facts())
    expect(onV2.limits.memory).toEqual({ limit: 64 * MB, swap: -1 })
    expect(onV2.warnings).toHaveLength(2)
  })

  it('turns billionths of a processor into a quota', () => {
    expect(resources({ NanoCpus: 5e8, CpuShares: 512, CpusetCpus: '0-1,3' }, facts()).limits.cpu).toEqual({
      shares: 512,
      period: 100_000,
      quota: 50_000,
      cpus: '0-1,3',
    })
    expect(resources({ CpuPeriod: 50_000, CpuQuota: -1 }, facts()).limits.cpu).toEqual({ period: 50_000, quota: -1 })
  })

  it.each([
    [{ Memory: 5 * MB }, 'Minimum memory limit allowed is 6MB'],
    [{ Memory: 64 * MB, MemorySwap: 32 * MB }, 'Minimum memoryswap limit should be larger than memory limit'],
    [{ MemorySwap: 32 * MB }, 'You should always set the Memory limit when using Memoryswap limit'],
    [{ Memory: 64 * MB, MemoryReservation: 65 * MB }, 'Minimum memory limit can not be less than memory reservation'],
    [{ MemorySwappiness: 101 }, 'valid memory swappiness range is 0-100'],
    [{ NanoCpus: 5e9 }, 'range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available'],
    [{ NanoCpus: 1e9, CpuQuota: 5000 }, 'Nano CPUs and CPU Quota cannot both be set'],
    [{ NanoCpus: 1e9, CpuPeriod: 5000 }, 'Nano CPUs and CPU Period cannot both be set'],
    [{ CpuPeriod: 10 }, 'CPU cfs period can not be less than 1ms'],
    [{ CpuQuota: 10 }, 'CPU cfs quota can not be less than 1ms'],
    [{ CpuShares: -1 }, 'invalid CPU shares (-1)'],
    [{ CpusetCpus: '0-1000000000' }, 'Invalid value 0-1000000000 for cpuset cpus'],
  ])('refuses %j', (hostConfig, message) => {
    expect(() => resources(hostConfig, facts())).toThrow(message)
  })
})
