import { describe, expect, test } from 'vitest'
import type { ContractEngine } from './contract-kit.ts'

export const systemContract = (get: () => ContractEngine): void => {
  describe('system', () => {
    test('ping tells an API version that the port is written for, and the platform', async () => {
      const { apiVersion, osType } = await get().engine.system.ping()
      expect(Number(apiVersion.split('.')[1])).toBeGreaterThanOrEqual(45)
      expect(osType).toBe('linux')
    })

    test('version and info name the same version of the engine', async () => {
      const { engine } = get()
      const [version, info] = await Promise.all([engine.system.version(), engine.system.info()])
      expect(version.Version).not.toBe('')
      expect(info.ServerVersion).toBe(version.Version)
      expect(info.NCPU).toBeGreaterThan(0)
    })

    test('an aborted call rejects with the reason of its signal', async () => {
      const reason = new Error('enough')
      await expect(get().engine.system.info({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    })
  })
}
