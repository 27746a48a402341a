import { describe, expect, test } from 'vitest'
import { type ContractEngine, bench, collect } from './contract-kit.ts'

export const eventsContract = (get: () => ContractEngine): void => {
  describe('events', () => {
    test('tell the life of a container in order, with its name, labels and exit status', async () => {
      await using b = bench(get())
      const since = Date.now() / 1000 - 1
      const { id } = await b.finish('exit 2', { Labels: { role: 'contract' } })
      const name = (await b.engine.containers.inspect(id)).Name.slice(1)
      await b.engine.containers.remove(id)
      const filters = { container: [id], event: ['create', 'start', 'die', 'destroy'] }
      const events = await collect(b.engine.events.subscribe({ since, until: Date.now() / 1000 + 0.2, filters }))
      expect(events.map(({ Action }) => Action)).toEqual(['create', 'start', 'die', 'destroy'])
      expect(
        events.every(({ Type, Actor, scope }) => Type === 'container' && Actor.ID === id && scope === 'local'),
      ).toBe(true)
      expect(events[2]?.Actor.Attributes).toMatchObject({ name, exitCode: '2', role: 'contract', image: b.image })
    })

    test('come while they happen, and only those that pass the filters', async () => {
      await using b = bench(get())
      const group = b.name()
      const controller = new AbortController()
      const filters = { type: ['container'], label: [`group=${group}`], event: ['start'] }
      // Replayed from now on, so that no event is missed before the subscription is in force.
      const since = Date.now() / 1000
      const events = b.engine.events.subscribe({ since, filters, signal: controller.signal })[Symbol.asyncIterator]()
      const first = events.next()
      const other = await b.create('true')
      const wanted = await b.create('true', { Labels: { group } })
      await b.engine.containers.start(other)
      await b.engine.containers.start(wanted)
      expect((await first).value).toMatchObject({ Action: 'start', Actor: { ID: wanted } })
      const next = events.next()
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(next).rejects.toBe(reason)
    })
  })
}
