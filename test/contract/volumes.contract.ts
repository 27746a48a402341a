import { describe, expect, test } from 'vitest'
import { type ContractEngine, bench, refusals } from './contract-kit.ts'

export const volumesContract = (get: () => ContractEngine): void => {
  describe('volumes', () => {
    test('are made once, found by name and listed by label and name', async () => {
      await using b = bench(get())
      const name = b.name()
      b.defer(() => b.engine.volumes.remove(name, { force: true }))
      const made = await b.engine.volumes.create({ Name: name, Labels: { group: name } })
      expect(made).toMatchObject({ Name: name, Driver: 'local', Scope: 'local', Labels: { group: name } })
      expect((await b.engine.volumes.create({ Name: name })).Labels).toEqual({ group: name })
      expect((await b.engine.volumes.inspect(name)).Mountpoint).toBe(made.Mountpoint)
      for (const filters of [{ label: [`group=${name}`] }, { name: [name] }]) {
        expect((await b.engine.volumes.list({ filters })).Volumes.map(({ Name }) => Name)).toEqual([name])
      }
    })

    test('that are missing are told as such', async () => {
      const { volumes } = get().engine
      const missing = 'contract-no-such-volume'
      for (const reason of await refusals([volumes.inspect(missing), volumes.remove(missing)])) {
        expect(reason).toMatchObject({
          code: 'E_VOLUME_NOT_FOUND',
          httpStatus: 404,
        })
      }
    })

    test('come with the container that mounts them, and stay as long as it is there', async () => {
      await using b = bench(get())
      const name = b.name()
      b.defer(() => b.engine.volumes.remove(name, { force: true }))
      const id = await b.create('true', { HostConfig: { Binds: [`${name}:/data`] } })
      const { Mounts } = await b.engine.containers.inspect(id)
      expect(Mounts).toMatchObject([{ Type: 'volume', Name: name, Destination: '/data', RW: true }])
      await expect(b.engine.volumes.remove(name)).rejects.toMatchObject({
        code: 'E_CONTAINER_CONFLICT',
        httpStatus: 409,
        message: expect.stringContaining('volume is in use'),
      })
      await b.engine.containers.remove(id)
      await b.engine.volumes.remove(name)
      await expect(b.engine.volumes.inspect(name)).rejects.toMatchObject({ code: 'E_VOLUME_NOT_FOUND' })
    })
  })
}
