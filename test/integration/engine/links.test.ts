import { stat } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ContainerCreate } from '../../../src/port/containers.ts'
import { type Bench, untilTerm } from '../../contract/contract-kit.ts'
import { eventually } from '../../support/e2e/eventually.ts'
import { execToEnd, logText, runToEnd, useEngine } from '../../support/use-engine.ts'

const { bench, subject } = useEngine()
const NETWORK = 'links-project'

beforeAll(async () => {
  await subject().engine.port.networks.create({ Name: NETWORK, IPAM: { Config: [{ Subnet: '10.213.77.0/24' }] } })
})
afterAll(() => subject().engine.port.networks.remove(NETWORK))

const SOURCE: ContainerCreate = {
  Hostname: 'dbhost',
  Env: ['DB_USER=tsc', 'EMPTY=', 'HOME=/x'],
  ExposedPorts: { '5432/tcp': {}, '5433/tcp': {}, '53/udp': {} },
  HostConfig: { NetworkMode: NETWORK },
}

const nameOf = async (b: Bench, id: string): Promise<string> => (await b.engine.containers.inspect(id)).Name.slice(1)
const addressOf = async (b: Bench, id: string): Promise<string> =>
  (await b.engine.containers.inspect(id)).NetworkSettings.Networks[NETWORK]?.IPAddress ?? ''

/** A recipient on the project's network, linked by its endpoint as compose links. */
const linkedTo = (source: string, alias: string): ContainerCreate => ({
  HostConfig: { NetworkMode: NETWORK },
  NetworkingConfig: { EndpointsConfig: { [NETWORK]: { Links: [`${source}:${alias}`] } } },
})

it('the recipient gets the variables of the link and a hosts line', async () => {
  await using b = bench()
  const source = await b.run(untilTerm(), SOURCE)
  const [name, address] = [await nameOf(b, source), await addressOf(b, source)]
  const { stdout, id } = await runToEnd(b, 'env | grep ^THE_DB_; cat /etc/hosts', linkedTo(name, 'the-db'))
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      `THE_DB_NAME=/${await nameOf(b, id)}/the-db`,
      `THE_DB_PORT=tcp://${address}:5432`,
      `THE_DB_PORT_5432_TCP=tcp://${address}:5432`,
      `THE_DB_PORT_5432_TCP_ADDR=${address}`,
      'THE_DB_PORT_5432_TCP_PORT=5432',
      'THE_DB_PORT_5432_TCP_PROTO=tcp',
      `THE_DB_PORT_5432_TCP_START=tcp://${address}:5432`,
      'THE_DB_PORT_5432_TCP_PORT_END=5433',
      `THE_DB_PORT_53_UDP=udp://${address}:53`,
      'THE_DB_ENV_DB_USER=tsc',
      'THE_DB_ENV_EMPTY=',
      `${address}\tthe-db dbhost ${name}`,
    ]),
  )
  expect(stdout).not.toMatch(/THE_DB_ENV_(HOME|PATH)/)
})

it('a source that comes back with another address moves in the same hosts file, and a new exec sees it', async () => {
  await using b = bench()
  const source = await b.run(untilTerm(), SOURCE)
  const name = await nameOf(b, source)
  const recipient = await b.run(untilTerm(), linkedTo(name, 'db'))
  const { HostsPath } = await b.engine.containers.inspect(recipient)
  const [inode, before] = [(await stat(HostsPath)).ino, await addressOf(b, source)]
  await b.engine.containers.stop(source)
  expect((await execToEnd(b, recipient, 'cat /etc/hosts')).stdout).not.toContain('db dbhost')
  const taker = await b.run(untilTerm(), {
    HostConfig: { NetworkMode: NETWORK },
    NetworkingConfig: { EndpointsConfig: { [NETWORK]: { IPAMConfig: { IPv4Address: before } } } },
  })
  expect(await addressOf(b, taker)).toBe(before)
  await b.engine.containers.start(source)
  const after = await addressOf(b, source)
  expect(after).not.toBe(before)
  const { stdout } = await execToEnd(b, recipient, 'echo $DB_PORT_5432_TCP_ADDR; cat /etc/hosts')
  expect(stdout.split('\n')[0]).toBe(after)
  expect(stdout).toContain(`${after}\tdb dbhost ${name}\n`)
  expect(stdout).not.toContain(`${before}\t`)
  expect((await stat(HostsPath)).ino).toBe(inode)
})

it('many sources that come together all stand in the hosts file', async () => {
  await using b = bench()
  const sources = await Promise.all(Array.from({ length: 4 }, () => b.create(untilTerm(), SOURCE)))
  const names = await Promise.all(sources.map((id) => nameOf(b, id)))
  const recipient = await b.run(untilTerm(), {
    HostConfig: { NetworkMode: NETWORK },
    NetworkingConfig: { EndpointsConfig: { [NETWORK]: { Links: names.map((name, i) => `${name}:s${i}`) } } },
  })
  await Promise.all(sources.map((id) => b.engine.containers.start(id)))
  const { stdout } = await execToEnd(b, recipient, 'cat /etc/hosts')
  for (const [i, name] of names.entries()) expect(stdout).toMatch(new RegExp(`\\ts${i} dbhost ${name}$`, 'm'))
})

it('a source that starts together with its recipient is not missed', async () => {
  await using b = bench()
  const source = await b.create(untilTerm(), SOURCE)
  const recipient = await b.create(untilTerm(), linkedTo(await nameOf(b, source), 'db'))
  await Promise.all([b.engine.containers.start(recipient), b.engine.containers.start(source)])
  await eventually(async () => expect((await execToEnd(b, recipient, 'cat /etc/hosts')).stdout).toContain('db dbhost'))
})

it('on the default network a link to what does not run is refused; project links wait for it', async () => {
  await using b = bench()
  const source = await b.create('true')
  const name = await nameOf(b, source)
  const id = await b.create('true', { HostConfig: { Links: [`${name}:db`] } })
  await expect(b.engine.containers.start(id)).rejects.toThrow(`Cannot link to a non running container: /${name} AS /`)
  const { exitCode } = await b.finish('true', linkedTo(name, 'db'))
  expect(exitCode).toBe(0)
})

it('a health check sees the variables of a link', async () => {
  await using b = bench()
  const source = await b.run(untilTerm(), SOURCE)
  const id = await b.run(untilTerm(), {
    ...linkedTo(await nameOf(b, source), 'db'),
    Healthcheck: { Test: ['CMD-SHELL', 'test "$DB_ENV_DB_USER" = tsc'], Interval: 1e8 },
  })
  await eventually(async () => expect((await b.engine.containers.inspect(id)).State.Health?.Status).toBe('healthy'))
  expect(await logText(b, id)).toBe('ready\n')
})
