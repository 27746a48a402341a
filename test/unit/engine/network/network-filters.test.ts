import { describe, expect, it } from 'vitest'
import { passes } from '../../../../src/engine/network/network-filters.ts'
import { join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

describe('filters of networks', () => {
  const used = networkOf(recordOf('app_front', { body: { Labels: { project: 'app', empty: '' } } }))
  const unused = networkOf(recordOf('other'))
  const builtIn = networkOf(recordOf('bridge'))
  join(sandboxOf('web'), used, '172.18.0.2')

  it.each([
    [{ name: ['front'] }, ['app_front']],
    [{ name: ['front', 'oth'] }, ['app_front', 'other']],
    [{ id: ['other0'] }, ['other']],
    [{ driver: ['bridge'] }, ['app_front', 'other', 'bridge']],
    [{ driver: ['host'] }, []],
    [{ scope: ['local'] }, ['app_front', 'other', 'bridge']],
    [{ type: ['builtin'] }, ['bridge']],
    [{ type: ['custom'] }, ['app_front', 'other']],
    [{ dangling: ['true'] }, ['other']],
    [{ dangling: ['false'] }, ['app_front', 'bridge']],
    [{ label: ['project'] }, ['app_front']],
    [{ label: ['project=app', 'empty='] }, ['app_front']],
    [{ label: ['project=app', 'missing'] }, []],
    [{ name: ['app'], label: ['project=other'] }, []],
    [{}, ['app_front', 'other', 'bridge']],
  ])('%j', (filters, names) => {
    const found = [used, unused, builtIn].filter((network) => passes(network, filters))
    expect(found.map(({ record }) => record.name)).toEqual(names)
  })

  it('refuse what is not known', () => {
    expect(() => passes(used, { colour: ['red'] })).toThrow("invalid filter 'colour'")
  })
})
