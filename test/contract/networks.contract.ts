import { describe, expect, test } from 'vitest'
import { type Bench, type ContractEngine, bench, refusals, untilTerm } from './contract-kit.ts'

const network = async (b: Bench, labels: Record<string, string> = {}): Promise<{ id: string; name: string }> => {
  const name = b.name()
  const { Id: id } = await b.engine.networks.create({ Name: name, Labels: labels })
  b.defer(() => b.engine.networks.remove(id).catch(() => undefined))
  return { id, name }
}

export const networksContract = (get: () => ContractEngine): void => {
  describe('networks', () => {
    test('are found by name and id, with a subnet', async () => {
      await using b = bench(get())
      const { id, name } = await network(b, { role: 'contract' })
      const found = await b.engine.networks.inspect(name)
      expect(found).toMatchObject({
        Id: id,
        Name: name,
        Driver: 'bridge',
        Labels: { role: 'contract' },
        Internal: false,
      })
      expect(found.IPAM.Config[0]?.Subnet).toMatch(/^[\d.]+\/\d+$/)
      expect((await b.engine.networks.inspect(id)).Name).toBe(name)
    })

    test('are listed by label and name', async () => {
      await using b = bench(get())
      const group = b.name()
      const { id, name } = await network(b, { group })
      await network(b)
      const ids = async (filters: Record<string, string[]>): Promise<string[]> =>
        (await b.engine.networks.list({ filters })).map(({ Id }) => Id)
      expect(await ids({ label: [`group=${group}`] })).toEqual([id])
      expect(await ids({ name: [name] })).toEqual([id])
    })

    test('have names of their own, and those that are missing are told as such', async () => {
      await using b = bench(get())
      const { name } = await network(b)
      await expect(b.engine.networks.create({ Name: name })).rejects.toMatchObject({
        httpStatus: 409,
        message: expect.stringContaining(`network with name ${name} already exists`),
      })
      const missing = 'contract-no-such-network'
      for (const reason of await refusals([b.engine.networks.inspect(missing), b.engine.networks.remove(missing)])) {
        expect(reason).toMatchObject({
          code: 'E_NETWORK_NOT_FOUND',
          httpStatus: 404,
        })
      }
    })

    test('are joined and left by containers', async () => {
      await using b = bench(get())
      const { name } = await network(b)
      const container = await b.create('true')
      await b.engine.networks.connect(name, { Container: container, EndpointConfig: { Aliases: ['other'] } })
      const joined = (await b.engine.containers.inspect(container)).NetworkSettings.Networks
      expect(joined[name]).toMatchObject({ Aliases: expect.arrayContaining(['other']) })
      await b.engine.networks.disconnect(name, { Container: container })
      expect((await b.engine.containers.inspect(container)).NetworkSettings.Networks).not.toHaveProperty([name])
      await expect(b.engine.networks.disconnect(name, { Container: container })).rejects.toThrow(/not connected/)
    })

    test('that a running container is in name it, and are not removed', async () => {
      await using b = bench(get())
      const { id, name } = await network(b)
      const NetworkingConfig = { EndpointsConfig: { [name]: {} } }
      const container = await b.run(untilTerm(), { HostConfig: { NetworkMode: name }, NetworkingConfig })
      const { Containers } = await b.engine.networks.inspect(name)
      expect(Object.keys(Containers)).toEqual([container])
      const { Networks } = (await b.engine.containers.inspect(container)).NetworkSettings
      expect(Networks[name]?.NetworkID).toBe(id)
      expect(Containers[container]?.IPv4Address).toMatch(/^[\d.]+\/\d+$/)
      await expect(b.engine.networks.remove(name)).rejects.toMatchObject({
        httpStatus: 403,
        message: expect.stringContaining('has active endpoints'),
      })
    })
  })
}
