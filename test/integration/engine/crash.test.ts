import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ContainerCreate } from '../../../src/port/containers.ts'
import { collect, readAll } from '../../contract/contract-kit.ts'
import { type EngineHome, createEngineHome, removeEngineHome } from '../../support/e2e/engine-home.ts'
import { eventually } from '../../support/e2e/eventually.ts'
import { assertNoTraces } from '../../support/engine-traces.ts'
import { type EngineProcess, refusedEngine, startEngineProcess } from '../../support/served-process.ts'

let home: EngineHome
let engine: EngineProcess

beforeEach(async () => {
  home = createEngineHome()
  engine = await startEngineProcess(home)
  await collect(engine.remote.images.bootstrap('busybox'))
})

afterEach(async () => {
  const { containers } = engine.remote
  for (const { Id } of await containers.list({ all: true })) await containers.remove(Id, { force: true, volumes: true })
  await engine.stop()
  assertNoTraces(home)
  removeEngineHome(home)
})

const start = async (name: string, script: string, body: ContainerCreate = {}): Promise<string> => {
  const { containers } = engine.remote
  const { Id } = await containers.create({ Image: 'busybox', Cmd: ['sh', '-c', script], ...body }, { name })
  await containers.start(Id)
  return Id
}
const inspect = (id: string) => engine.remote.containers.inspect(id)
const restartEngine = async (): Promise<void> => {
  engine = await startEngineProcess(home)
}
const COUNT = 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.01; done'

const logLines = async (id: string): Promise<number[]> => {
  const { chunks } = await engine.remote.containers.logs(id, { stdout: true })
  const { stdout } = await readAll(chunks)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.slice('line '.length)))
}

it('containers go on with their process and every line of their logs, through crash after crash', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `counter-${i}`)
  const ids = await Promise.all(names.map((name) => start(name, COUNT)))
  const pids = await Promise.all(ids.map(async (id) => (await inspect(id)).State.Pid))
  for (let crash = 0; crash < 2; crash++) {
    await engine.crash()
    await restartEngine()
  }
  expect(await Promise.all(ids.map(async (id) => (await inspect(id)).State.Pid))).toEqual(pids)
  await Promise.all(ids.map((id) => engine.remote.containers.stop(id, { timeout: 0 })))
  for (const id of ids) {
    const numbers = await logLines(id)
    expect(numbers.length).toBeGreaterThan(10)
    expect(numbers).toEqual(Array.from(numbers, (_, i) => i + 1))
  }
})

it('what ended meanwhile has its status and its time; policies, health and ports go on', async () => {
  const signal = join(home.folder, 'signal')
  await mkdir(signal)
  const waits = (then: string): string => `while [ ! -e /signal/now ]; do sleep 0.02; done; ${then}`
  const Binds = [`${signal}:/signal`]
  const ended = await start('ended', waits('exit 42'), { HostConfig: { Binds } })
  const failing = await start('failing', waits('if [ -e /again ]; then sleep 600; fi; touch /again; exit 3'), {
    HostConfig: { Binds, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 } },
  })
  const removing = await start('removing', waits('exit 0'), { HostConfig: { Binds, AutoRemove: true } })
  const checked = await start('checked', 'sleep 600', {
    Healthcheck: { Test: ['CMD', 'test', '-e', '/signal/now'], Interval: 1e8, Retries: 1 },
    HostConfig: { Binds },
  })
  const web = await start('web', 'echo served > /index.html; httpd -f -h /', {
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } },
  })
  const port = Number((await inspect(web)).NetworkSettings.Ports['80/tcp']?.[0]?.HostPort)
  await eventually(async () => expect(await page(port)).toBe('served\n'))
  await eventually(async () => expect((await inspect(checked)).State.Health?.Status).toBe('unhealthy'))
  await engine.crash()
  const crashed = Date.now()
  expect(await page(port)).toBe('served\n')
  await writeFile(join(signal, 'now'), '')
  const exits = join(home.state, 'exits')
  await eventually(async () => expect((await readdir(exits)).filter((name) => !name.endsWith('.tmp'))).toHaveLength(3))
  const down = Date.now()
  await restartEngine()
  const { State } = await inspect(ended)
  expect(State).toMatchObject({ Status: 'exited', ExitCode: 42 })
  expect(Date.parse(State.FinishedAt)).toBeGreaterThanOrEqual(crashed)
  expect(Date.parse(State.FinishedAt)).toBeLessThanOrEqual(down)
  await eventually(async () =>
    expect(await inspect(failing)).toMatchObject({ RestartCount: 1, State: { Status: 'running' } }),
  )
  await expect(inspect(removing)).rejects.toThrow('No such container')
  await eventually(async () => expect((await inspect(checked)).State.Health?.Status).toBe('healthy'))
  expect(await page(port)).toBe('served\n')
})

it('a second engine on the same folders is refused at once, with what holds them', async () => {
  const { status, stderr } = await refusedEngine(home)
  expect(status).not.toBe(0)
  expect(stderr).toContain(`another one uses the data root "${home.root}"`)
})

it('what was half made or half removed is cleared', async () => {
  const half = await start('half-removed', 'sleep 600')
  const { Id: made } = await engine.remote.containers.create({ Image: 'busybox', Cmd: ['true'] }, { name: 'half-made' })
  await engine.remote.containers.stop(half, { timeout: 0 })
  await engine.crash()
  await editRecord(half, (state) => (state['phase'] = 'removing'))
  const madeRecord = join(home.root, 'records/containers', `${made}.json`)
  await writeFile(`${madeRecord}.abc.tmp`, readFileSync(madeRecord))
  await writeFile(madeRecord, '{"schema":1')
  await restartEngine()
  expect(await engine.remote.containers.list({ all: true })).toEqual([])
  expect(await readdir(join(home.root, 'containers'))).toEqual([])
  expect(await readdir(join(home.root, 'records/containers'))).toEqual([`${made}.json.broken`])
  await rm(`${madeRecord}.broken`)
})

it('after a reboot nothing runs, and restart policies start again what they should', async () => {
  const policy = (Name: 'always' | 'unless-stopped' | 'no') => ({
    HostConfig: { RestartPolicy: { Name, MaximumRetryCount: 0 } },
  })
  const none = await start('none', 'sleep 600', policy('no'))
  const always = await start('always', 'sleep 600', policy('always'))
  const unless = await start('unless', 'sleep 600', policy('unless-stopped'))
  const alwaysStopped = await start('always-stopped', 'sleep 600', policy('always'))
  const unlessStopped = await start('unless-stopped', 'sleep 600', policy('unless-stopped'))
  const { Id: never } = await engine.remote.containers.create({
    Image: 'busybox',
    Cmd: ['sleep', '600'],
    ...policy('always'),
  })
  for (const id of [alwaysStopped, unlessStopped]) await engine.remote.containers.stop(id, { timeout: 0 })
  const ids = [none, always, unless]
  const pids = await Promise.all(ids.map(async (id) => (await inspect(id)).State.Pid))
  await engine.crash()
  for (const id of [...ids, alwaysStopped, unlessStopped])
    await editRecord(id, (state) => (state['bootId'] = 'another'))
  await writeFile(join(home.root, 'boot-id'), 'another')
  await restartEngine()
  for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false)
  const statuses = Object.fromEntries(
    (await engine.remote.containers.list({ all: true })).map(({ Names, State }) => [Names[0], State]),
  )
  expect((await inspect(none)).State).toMatchObject({ Status: 'exited', ExitCode: 255, Pid: 0 })
  expect(statuses).toMatchObject({
    '/always': 'running',
    '/unless': 'running',
    '/always-stopped': 'running',
    '/unless-stopped': 'exited',
  })
  expect((await inspect(never)).State.Status).toBe('created')
})

const editRecord = async (id: string, edit: (state: Record<string, unknown>) => void): Promise<void> => {
  const file = join(home.root, 'records/containers', `${id}.json`)
  const record = JSON.parse(await readFile(file, 'utf8')) as { value: { state: Record<string, unknown> } }
  edit(record.value.state)
  await writeFile(file, JSON.stringify(record))
}

const page = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
