import { describe, expect, it } from 'vitest'
import { checkFilters, isListed, matchesFilters } from '../../../../src/engine/container/filters.ts'
import { signalNumber } from '../../../../src/engine/container/signals.ts'
import { ContainerTable } from '../../../../src/engine/container/table.ts'
import { container } from './fixtures.ts'

const ID = (start: string): string => start.padEnd(64, '0')
const tableOf = (...containers: ReturnType<typeof container>[]): ContainerTable => {
  const table = new ContainerTable()
  for (const one of containers) table.add(one)
  return table
}

describe('ContainerTable', () => {
  const web = container({ id: ID('abc1'), name: 'web' })
  const hex = container({ id: ID('abd2'), name: 'abc' })

  it('finds by id, name, name with slash and the start of an id', () => {
    const table = tableOf(web)
    for (const reference of [web.record.id, 'web', '/web', 'abc1', 'a']) expect(table.get(reference)).toBe(web)
  })

  it('takes a name before the start of an id', () => expect(tableOf(web, hex).get('abc')).toBe(hex))

  it('refuses a start that several have, and what nothing has', () => {
    expect(() => tableOf(web, hex).get('ab')).toThrow('Multiple IDs found with provided prefix: ab')
    expect(() => tableOf(web).get('db')).toThrow('No such container: db')
    expect(() => tableOf(web).get('')).toThrow('No such container')
  })

  it('a name is had once, and free again when its container goes', () => {
    const table = tableOf(web)
    expect(() => table.reserve('web', ID('f'))).toThrow(
      `The container name "/web" is already in use by container "${web.record.id}"`,
    )
    table.delete(web)
    table.reserve('web', ID('f'))
    expect(table.isNameTaken('web')).toBe(true)
  })

  it.each(['a', '-web', 'we b', '', 'ü'])('"%s" is no name', (name) =>
    expect(() => tableOf().reserve(name, ID('f'))).toThrow('Invalid container name'),
  )

  it('a rename frees the old name, and to itself is refused', () => {
    const one = container({ id: ID('1'), name: 'old' })
    const table = tableOf(one)
    table.rename(one, 'new')
    expect([table.find('new'), table.find('old')]).toEqual([one, undefined])
    expect(() => table.rename(one, 'new')).toThrow('same name')
    expect(table.find('new')).toBe(one)
  })
})

describe('filters', () => {
  const one = container({
    id: ID('abc1'),
    name: 'project-web-1',
    created: '2026-01-02T00:00:00Z',
    config: { Labels: { a: '1', b: '' }, ExposedPorts: { '80/tcp': {}, '53/udp': {} } },
    mounts: [
      { Type: 'volume', Name: 'data', Source: '/v/data', Destination: '/data', Mode: '', RW: true, Propagation: '' },
    ],
    state: { phase: 'exited', exitCode: 3 },
    networkSettings: {
      ...container().record.networkSettings,
      Networks: { front: { NetworkID: 'f00d' } },
      Ports: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    },
  })
  const other = container({ id: ID('ffff'), name: 'other', created: '2026-01-01T00:00:00Z' })
  const input = { container: one, table: tableOf(one, other), ancestors: new Set(['busybox', 'sha256:1234abcd']) }

  it.each<[string, string[], boolean]>([
    ['ancestor', ['busybox'], true],
    ['ancestor', ['1234'], true],
    ['ancestor', ['debian'], false],
    ['before', ['other'], false],
    ['since', ['other'], true],
    ['exited', ['3'], true],
    ['exited', ['0'], false],
    ['expose', ['80', '9'], true],
    ['expose', ['53/tcp'], false],
    ['health', ['none'], true],
    ['id', ['abc'], true],
    ['label', ['a', 'b='], true],
    ['label', ['a=2'], false],
    ['label', ['a', 'c'], false],
    ['name', ['web'], true],
    ['name', ['^/project-web-1$'], true],
    ['name', ['^project-web-1$'], true],
    ['name', ['('], false],
    ['network', ['front'], true],
    ['network', ['f00'], true],
    ['network', ['back'], false],
    ['publish', ['80'], true],
    ['publish', ['53/udp'], false],
    ['status', ['running', 'exited'], true],
    ['volume', ['data'], true],
    ['volume', ['/data'], true],
    ['volume', ['/other'], false],
  ])('%s=%j: %s', (key, values, expected) => expect(matchesFilters({ [key]: values }, input)).toBe(expected))

  it('all keys must match', () => expect(matchesFilters({ exited: ['3'], name: ['db'] }, input)).toBe(false))

  it('unknown keys and states are refused', () => {
    expect(() => checkFilters({ colour: ['red'] })).toThrow("invalid filter 'colour'")
    expect(() => checkFilters({ status: ['lost'] })).toThrow("invalid filter 'status=lost'")
  })

  it.each<[boolean, 'running' | 'paused' | 'restarting' | 'exited' | 'created', Record<string, string[]>]>([
    [true, 'running', {}],
    [true, 'paused', {}],
    [true, 'restarting', {}],
    [false, 'exited', {}],
    [false, 'created', { name: ['x'] }],
    [true, 'exited', { status: ['exited'] }],
  ])('listed without all (%s): %s %j', (expected, phase, filters) =>
    expect(isListed(container({ state: { phase } }), filters)).toBe(expected),
  )
})

describe('signalNumber', () => {
  it.each([
    ['TERM', 15],
    ['sigterm', 15],
    ['SIGKILL', 9],
    ['15', 15],
    ['RTMIN', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
    ['64', 64],
  ])('%s', (text, number) => expect(signalNumber(text)).toBe(number))
  it.each(['0', '65', 'NOPE', '', '-1', 'RTMIN+99'])('"%s" is none', (text) =>
    expect(() => signalNumber(text)).toThrow(`invalid signal: ${text}`),
  )
})
