import { describe, expect, it } from 'vitest'
import { EventLog } from '../../../src/engine/events.ts'
import type { EngineEvent } from '../../../src/port/system.ts'
import type { Filters } from '../../../src/port/common.ts'

const emit = (
  log: EventLog,
  Action: string,
  more: { Type?: EngineEvent['Type']; ID?: string; attributes?: Record<string, string> } = {},
): void =>
  log.emit({
    Type: more.Type ?? 'container',
    Action,
    Actor: { ID: more.ID ?? 'c1', Attributes: more.attributes ?? {} },
  })
const kept = async (log: EventLog, filters: Filters = {}): Promise<string[]> => {
  const found: string[] = []
  for await (const { Action } of log.subscribe({ since: 0, until: Date.now() / 1000 + 0.001, filters }))
    found.push(Action)
  return found
}

it('keeps the last 256 events for who asks since when, and ends at until', async () => {
  const log = new EventLog()
  for (let i = 0; i < 300; i++) emit(log, `a${i}`)
  const found = await kept(log)
  expect([found.length, found[0], found.at(-1)]).toEqual([256, 'a44', 'a299'])
  const past: EngineEvent[] = []
  for await (const event of log.subscribe({ since: 0, until: 1 })) past.push(event)
  expect(past).toEqual([])
})

it('without since only what is new is given, from the call on', async () => {
  const log = new EventLog()
  emit(log, 'old')
  const events = log.subscribe()[Symbol.asyncIterator]()
  emit(log, 'new')
  expect((await events.next()).value).toMatchObject({ Action: 'new', status: 'new', id: 'c1', scope: 'local' })
  const later = events.next()
  emit(log, 'later')
  expect((await later).value).toMatchObject({ Action: 'later' })
})

it('a fraction of since counts', async () => {
  const log = new EventLog()
  emit(log, 'early')
  await new Promise((resolve) => setTimeout(resolve, 5))
  const since = Date.now() / 1000
  emit(log, 'late')
  const [first] = [await log.subscribe({ since })[Symbol.asyncIterator]().next()]
  expect(first.value).toMatchObject({ Action: 'late' })
})

it('rejects with the reason of the signal, before and while it waits', async () => {
  const log = new EventLog()
  const controller = new AbortController()
  const waiting = log.subscribe({ signal: controller.signal })[Symbol.asyncIterator]().next()
  const untouched = log.subscribe({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(untouched[Symbol.asyncIterator]().next()).rejects.toThrow('enough')
})

describe('filters', () => {
  const log = new EventLog()
  emit(log, 'start', { ID: 'abc', attributes: { name: 'web', image: 'busybox', a: '1' } })
  emit(log, 'health_status: healthy', { ID: 'def', attributes: { name: 'db', image: 'debian', a: '2' } })
  emit(log, 'connect', { Type: 'network', ID: 'n1', attributes: { name: 'front', container: 'abc' } })
  emit(log, 'create', { Type: 'volume', ID: 'v1' })
  it.each<[Filters, string[]]>([
    [{ type: ['container'] }, ['start', 'health_status: healthy']],
    [{ container: ['web'] }, ['start']],
    [{ container: ['ab', 'db'] }, ['start', 'health_status: healthy']],
    [{ event: ['health_status'] }, ['health_status: healthy']],
    [{ event: ['health'] }, []],
    [{ image: ['busybox'] }, ['start']],
    [{ network: ['front'] }, ['connect']],
    [{ volume: ['v1'] }, ['create']],
    [{ label: ['a', 'name=web'] }, ['start']],
    [{ label: ['a=1', 'a=2'] }, []],
    [{ scope: ['swarm'] }, []],
    [{ type: ['volume'], event: ['start'] }, []],
  ])('%j', async (filters, expected) => expect(await kept(log, filters)).toEqual(expected))
  it('unknown ones are refused', () =>
    expect(() => log.subscribe({ filters: { colour: ['red'] } })).toThrow("invalid filter 'colour'"))
})
