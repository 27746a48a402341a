import { describe, expect, it } from 'vitest'
import {
  linkEnvironment,
  linkHostsLine,
  linkTexts,
  parseLink,
  resolveLinks,
} from '../../../../src/engine/container/links.ts'
import type { ContainerConfig } from '../../../../src/port/containers.ts'
import { container } from './fixtures.ts'

const source = (config: ContainerConfig, name = 'db') =>
  container({ name, config, state: { phase: 'running' }, networkSettings: settings('10.0.0.2') })
const settings = (IPAddress: string) => ({ ...container().record.networkSettings, Networks: { net: { IPAddress } } })
const environment = (config: ContainerConfig, alias = 'db') =>
  linkEnvironment('web', { alias, source: source(config), address: '10.0.0.2' })

describe('linkEnvironment', () => {
  it('gives the name alone for a source without ports', () => {
    expect(environment({})).toEqual(['DB_NAME=/web/db'])
  })

  it('writes the alias in capitals, with underscores for hyphens', () => {
    expect(environment({}, 'my-db')).toEqual(['MY_DB_NAME=/web/my-db'])
  })

  it('gives all of one port', () => {
    expect(environment({ ExposedPorts: { '5432/tcp': {} } })).toEqual([
      'DB_NAME=/web/db',
      'DB_PORT=tcp://10.0.0.2:5432',
      'DB_PORT_5432_TCP=tcp://10.0.0.2:5432',
      'DB_PORT_5432_TCP_ADDR=10.0.0.2',
      'DB_PORT_5432_TCP_PORT=5432',
      'DB_PORT_5432_TCP_PROTO=tcp',
    ])
  })

  it('takes the lowest TCP port for the first, before any other protocol', () => {
    const ports = { '53/udp': {}, '8080/tcp': {}, '443/tcp': {} }
    expect(environment({ ExposedPorts: ports })).toContain('DB_PORT=tcp://10.0.0.2:443')
    expect(environment({ ExposedPorts: { '53/udp': {} } })).toContain('DB_PORT=udp://10.0.0.2:53')
  })

  it('gives start and end of each run of ports of one protocol', () => {
    const ports = { '6379/tcp': {}, '6380/tcp': {}, '6381/tcp': {}, '6380/udp': {}, '9/tcp': {} }
    const lines = environment({ ExposedPorts: ports }).filter((line) => /_(START|END)=/.test(line))
    expect(lines).toEqual([
      'DB_PORT_6379_TCP_START=tcp://10.0.0.2:6379',
      'DB_PORT_6379_TCP_PORT_START=6379',
      'DB_PORT_6379_TCP_END=tcp://10.0.0.2:6381',
      'DB_PORT_6379_TCP_PORT_END=6381',
    ])
  })

  it('passes the variables of the source on, but for HOME, PATH and what has no value', () => {
    const Env = ['USER=a', 'EMPTY=', 'EQUALS=a=b', 'HOME=/x', 'PATH=/bin', 'PATHS=kept', 'BARE']
    expect(environment({ Env }).slice(1)).toEqual([
      'DB_ENV_USER=a',
      'DB_ENV_EMPTY=',
      'DB_ENV_EQUALS=a=b',
      'DB_ENV_PATHS=kept',
    ])
  })
})

describe('linkHostsLine', () => {
  it('has address, alias, hostname and name', () => {
    const link = { alias: 'db', source: source({ Hostname: 'abc123' }, 'project-db-1'), address: '10.0.0.2' }
    expect(linkHostsLine(link)).toBe('10.0.0.2\tdb abc123 project-db-1')
  })

  it('leaves the name out when it is the alias', () => {
    expect(linkHostsLine({ alias: 'db', source: source({ Hostname: 'h' }), address: '10.0.0.2' })).toBe(
      '10.0.0.2\tdb h',
    )
  })
})

describe('parseLink', () => {
  it.each([
    ['db', 'db', 'db'],
    ['db:database', 'db', 'database'],
    ['/db:/web/database', 'db', 'database'],
  ])('%s', (text, name, alias) => expect(parseLink(text)).toEqual({ container: name, alias }))
})

describe('resolveLinks', () => {
  const recipient = (links: string[]) =>
    container({ hostConfig: { Links: links }, endpoints: { other: {}, net: { Links: ['db:two'] } } }).record

  it('finds links of the container and of its endpoints, each text once', () => {
    expect(linkTexts(recipient(['db:one', 'db:two']))).toEqual(['db:one', 'db:two'])
  })

  it('takes the address on a network that both are on', () => {
    const db = source({})
    expect(resolveLinks(recipient([]), () => db)).toEqual([{ alias: 'two', source: db, address: '10.0.0.2' }])
  })

  it('leaves out what does not run, or is on no common network', () => {
    const stopped = container({ name: 'db', state: { phase: 'exited' }, networkSettings: settings('10.0.0.2') })
    expect(resolveLinks(recipient([]), () => stopped)).toEqual([])
    expect(resolveLinks(recipient([]), () => undefined)).toEqual([])
    expect(resolveLinks(container({ endpoints: { far: { Links: ['db'] } } }).record, () => source({}))).toEqual([])
  })

  it('refuses a start with a legacy link to what does not run, not one with a project link', () => {
    expect(() => resolveLinks(recipient(['db:one']), () => undefined, { strict: true })).toThrow(
      'Cannot link to a non running container: /db AS /web/one',
    )
    expect(resolveLinks(recipient([]), () => undefined, { strict: true })).toEqual([])
  })
})
