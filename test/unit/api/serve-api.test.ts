import { spawnSync } from 'node:child_process'
import { createServer, request as httpRequest } from 'node:http'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveApi } from '../../../src/api/serve-api.ts'
import { AppError } from '../../../src/errors/app-error.ts'
import { deferred } from '../../../src/lib/deferred.ts'
import type { ProgressMessage } from '../../../src/port/common.ts'
import type { EngineEvent } from '../../../src/port/system.ts'
import { type ProcessEngine, processEngine } from '../../support/process-engine/process-engine.ts'
import { rawConnection } from '../../support/raw-http.ts'
import { serveEngine } from '../../support/served-engine.ts'

let engine: ProcessEngine
beforeEach(() => {
  engine = processEngine({ images: ['busybox'] })
  return () => engine.close()
})

const create = async (script: string, body: object = {}): Promise<string> =>
  (await engine.containers.create({ Image: 'busybox', Cmd: ['sh', '-c', script], ...body })).Id

const request = (method: string, target: string, extra = ''): string =>
  `${method} ${target} HTTP/1.1\r\nHost: x\r\n${extra}\r\n`

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: tcp\r\n'

describe('answers', () => {
  test('carry the headers of Docker, and the versions outside of the range are refused in its words', async () => {
    await using served = await serveEngine(engine)
    const raw = rawConnection(served.path)
    raw.write(request('HEAD', '/_ping'))
    const head = await raw.until('\r\n\r\n')
    for (const line of ['Api-Version: 1.45', 'Docker-Experimental: false', 'Ostype: linux', 'Builder-Version: 1']) {
      expect(head).toContain(`\r\n${line}\r\n`)
    }
    expect(head).toContain('\r\nServer: Docker/0.0.1 (linux)\r\n')
    raw.write(request('GET', '/v1.46/info'))
    await raw.until('client version 1.46 is too new. Maximum supported API version is 1.45')
    raw.write(request('GET', '/v1.23/info', 'Connection: close\r\n'))
    expect(await raw.rest()).toContain(
      'client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    )
  })

  test.each([
    ['GET', '/nowhere', 404, 'page not found'],
    ['GET', '/v1.45/containers/x/json', 404, 'No such container: x'],
    ['GET', '/swarm', 503, 'This node is not a swarm manager'],
    ['GET', '/containers/x/logs', 400, 'Bad parameters: you must choose at least one stream'],
    ['POST', '/containers/x/wait?condition=later', 400, 'invalid condition'],
    ['POST', '/containers/create', 400, 'config cannot be empty'],
    ['POST', '/build?version=2', 400, 'Cannot build with BuildKit'],
    ['POST', '/images/create', 400, 'either "fromImage" or "fromSrc" must be given'],
    ['POST', '/images/create?fromImage=nothing', 404, 'pull access denied for nothing'],
    ['POST', '/containers/x/resize?h=1', 400, 'invalid terminal size'],
  ])('to %s %s are %i with "%s"', async (method, target, status, message) => {
    await using served = await serveEngine(engine)
    const raw = rawConnection(served.path)
    raw.write(request(method, target, 'Connection: close\r\nContent-Length: 0\r\n'))
    const answer = await raw.rest()
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain('\r\nContent-Type: application/json\r\n')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  test('to a body that is no JSON, or of another type, say so', async () => {
    await using served = await serveEngine(engine)
    const post = async (type: string, body: string): Promise<string> => {
      const raw = rawConnection(served.path)
      const headers = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n`
      raw.write(request('POST', '/volumes/create', headers) + body)
      return raw.rest()
    }
    expect(await post('application/json', '{"Name"')).toMatch(/^HTTP\/1.1 400 .*invalid JSON/s)
    expect(await post('text/plain', '{}')).toMatch(/^HTTP\/1.1 400 .*unsupported media type/s)
    expect(await post('application/json; charset=utf-8', '{"Name":"v"}')).toMatch(/^HTTP\/1.1 201 /)
  })

  test('to what fails without an AppError are 500, and the bug is told', async () => {
    const broken = { ...engine, system: { ...engine.system, info: () => Promise.reject(new TypeError('oops')) } }
    await using served = await serveEngine(broken)
    await expect(served.remote.system.info()).rejects.toMatchObject({ httpStatus: 500, message: 'oops' })
    expect(served.bugs).toHaveLength(1)
  })

  test('of a wait give the headers at once, and the exit later', async () => {
    await using served = await serveEngine(engine)
    const id = await create('exit 3')
    const raw = rawConnection(served.path)
    raw.write(request('POST', `/containers/${id}/wait?condition=next-exit`, 'Connection: close\r\n'))
    expect(await raw.until('\r\n\r\n')).not.toContain('StatusCode')
    await engine.containers.start(id)
    expect(await raw.rest()).toContain('"StatusCode":3')
  })

  test('of progress that fails are told in-band after the first line', async () => {
    const messages = async function* (): AsyncGenerator<ProgressMessage> {
      yield { status: 'begun' }
      throw new AppError('E_STORE_FULL', 'no space')
    }
    await using served = await serveEngine({ ...engine, builder: { build: messages } })
    const raw = rawConnection(served.path)
    raw.write(request('POST', '/build', 'Connection: close\r\nContent-Length: 0\r\n'))
    const answer = await raw.rest()
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toContain('{"status":"begun"}\r\n')
    expect(answer).toMatch(/\{"errorDetail":\{"message":"no space","hint":"Free [^"]+"\},"error":"no space"\}\r\n/)
  })
})

describe('a hijacked connection', () => {
  const frame = (stream: number, text: string): string =>
    `${String.fromCharCode(stream, 0, 0, 0, 0, 0, 0, text.length)}${text}`

  test('is upgraded, takes input before the start, and stays open for output after the half-close', async () => {
    await using served = await serveEngine(engine)
    const id = await create('cat; echo end', { OpenStdin: true, StdinOnce: true })
    const raw = rawConnection(served.path)
    raw.write(request('POST', `/v1.45/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`, UPGRADE) + 'early\n')
    expect(await raw.until('\r\n\r\n')).toBe(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n' +
        'Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    )
    raw.write('later\n')
    raw.end()
    await engine.containers.start(id)
    const output = (await raw.rest()).split('\r\n\r\n')[1] ?? ''
    // `cat` may give both lines at once or one by one.
    const apart = frame(1, 'early\n') + frame(1, 'later\n') + frame(1, 'end\n')
    expect([apart, frame(1, 'early\nlater\n') + frame(1, 'end\n')]).toContain(output)
  })

  test('without upgrade is a 200 that ends with the connection, framed all the same', async () => {
    await using served = await serveEngine(engine)
    const id = await create('echo out; echo err >&2')
    const raw = rawConnection(served.path)
    raw.write(request('POST', `/containers/${id}/attach?stream=1&stdout=1&stderr=1`, 'Content-Length: 0\r\n'))
    expect(await raw.until('\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n',
    )
    await engine.containers.start(id)
    const answer = await raw.rest()
    expect(answer).toContain(frame(1, 'out\n'))
    expect(answer).toContain(frame(2, 'err\n'))
  })

  test('without upgrade takes input raw, or from a chunked body that is still open', async () => {
    await using served = await serveEngine(engine)
    const target = (id: string): string => `/containers/${id}/attach?stream=1&stdin=1&stdout=1`
    const plain = await create('cat', { OpenStdin: true, StdinOnce: true })
    const raw = rawConnection(served.path)
    raw.write(request('POST', target(plain), 'Content-Length: 0\r\n'))
    await raw.until('\r\n\r\n')
    raw.write('raw\n')
    raw.end()
    await engine.containers.start(plain)
    expect(await raw.rest()).toContain(frame(1, 'raw\n'))

    const chunked = await create('cat', { OpenStdin: true, StdinOnce: true })
    const body = rawConnection(served.path)
    body.write(request('POST', target(chunked), 'Transfer-Encoding: chunked\r\n'))
    await body.until('\r\n\r\n')
    body.write('6\r\nchunk\n\r\n0\r\n\r\n')
    await engine.containers.start(chunked)
    expect(await body.rest()).toContain(frame(1, 'chunk\n'))
  })

  test('is called raw before API 1.42', async () => {
    await using served = await serveEngine(engine)
    const id = await create('true')
    const raw = rawConnection(served.path)
    raw.write(request('POST', `/v1.41/containers/${id}/attach?stream=1&stdout=1`, UPGRADE))
    expect(await raw.until('\r\n\r\n')).toContain('Content-Type: application/vnd.docker.raw-stream\r\n')
    raw.destroy()
  })

  test.each([
    ['by its length', (json: string) => ({ header: `Content-Length: ${json.length}`, body: json })],
    [
      'in chunks',
      (json: string) => ({
        header: 'Transfer-Encoding: chunked',
        body: `5\r\n${json.slice(0, 5)}\r\n${(json.length - 5).toString(16)}\r\n${json.slice(5)}\r\n0\r\n\r\n`,
      }),
    ],
  ])('of an exec reads its JSON %s, whenever it comes, and takes the rest for input', async (_, encode) => {
    await using served = await serveEngine(engine)
    const id = await create('sleep 60')
    await engine.containers.start(id)
    const { Id } = await engine.containers.execCreate(id, { Cmd: ['cat'], AttachStdin: true, AttachStdout: true })
    const { header, body } = encode('{"Detach":false,"Tty":false}')
    const raw = rawConnection(served.path)
    const head = `${UPGRADE}Content-Type: application/json\r\n${header}\r\n`
    raw.write(request('POST', `/exec/${Id}/start`, head) + body.slice(0, 3))
    await new Promise((resolve) => setTimeout(resolve, 20))
    raw.write(`${body.slice(3)}input\n`)
    expect(await raw.until(frame(1, 'input\n'))).toMatch(/^HTTP\/1.1 101 UPGRADED\r\n/)
    raw.end()
    await raw.rest()
    expect(await engine.containers.execInspect(Id)).toMatchObject({ Running: false, ExitCode: 0 })
  })

  test('that is refused is an ordinary answer', async () => {
    await using served = await serveEngine(engine)
    const raw = rawConnection(served.path)
    raw.write(request('POST', '/containers/nobody/attach?stream=1', UPGRADE))
    const answer = await raw.rest()
    expect(answer).toMatch(/^HTTP\/1.1 404 /)
    expect(answer).toContain('"message":"No such container: nobody"')
  })

  test('whose client goes away leaves the container alone', async () => {
    await using served = await serveEngine(engine)
    const id = await create('while :; do echo tick; sleep 0.05; done')
    const raw = rawConnection(served.path)
    raw.write(request('POST', `/containers/${id}/attach?stream=1&stdout=1`, UPGRADE))
    await raw.until('\r\n\r\n')
    await engine.containers.start(id)
    await raw.until('tick')
    raw.destroy()
    await expect.poll(() => served.server.openRequests()).toBe(0)
    expect((await engine.containers.inspect(id)).State.Running).toBe(true)
  })
})

describe('clients', () => {
  test('that go away abort what the engine does for them', async () => {
    const aborted = deferred<unknown>()
    const started = deferred<void>()
    const info = ({ signal }: { signal?: AbortSignal } = {}): Promise<never> => {
      started.resolve()
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted.resolve(signal.reason)
          reject(signal.reason)
        })
      })
    }
    await using served = await serveEngine({ ...engine, system: { ...engine.system, info } })
    const raw = rawConnection(served.path)
    raw.write(request('GET', '/info'))
    await started.promise
    raw.destroy()
    expect(await aborted.promise).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => served.server.openRequests()).toBe(0)
    expect(served.bugs).toEqual([])
  })

  test('that do not read the events are dropped, with a last line that says so', async () => {
    const event: EngineEvent = {
      Type: 'container',
      Action: 'x'.repeat(10_000),
      Actor: { ID: 'a', Attributes: {} },
      scope: 'local',
      time: 0,
      timeNano: 0,
    }
    const given = { count: 0 }
    const subscribe = async function* (): AsyncGenerator<EngineEvent> {
      for (; ; given.count++) yield event
    }
    await using served = await serveEngine({ ...engine, events: { subscribe } })
    const answer = await new Promise<NodeJS.ReadableStream>((resolve) => {
      httpRequest({ socketPath: served.path, path: '/events' }, (response) => resolve(response.pause())).end()
    })
    await expect.poll(() => given.count).toBeGreaterThan(100)
    const before = given.count
    await new Promise(setImmediate)
    expect(given.count).toBe(before)
    let text = ''
    for await (const piece of answer) text += String(piece)
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ Type: 'daemon', Action: 'overflow' })
  })

  test('that read slowly hold the engine back instead of filling the memory', async () => {
    let given = 0
    const chunks = async function* (): AsyncGenerator<{ stream: 'stdout'; data: Uint8Array }> {
      for (; given < 2000; given++) yield { stream: 'stdout', data: Buffer.alloc(10_000) }
    }
    const logs = async (): Promise<{ tty: boolean; chunks: ReturnType<typeof chunks> }> => ({
      tty: false,
      chunks: chunks(),
    })
    await using served = await serveEngine({ ...engine, containers: { ...engine.containers, logs } })
    const read = (await served.remote.containers.logs('any', { stdout: true })).chunks[Symbol.asyncIterator]()
    await read.next()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(given).toBeLessThan(500)
    let size = 10_000
    for (let next = await read.next(); !next.done; next = await read.next()) size += next.value.data.length
    expect(size).toBe(2000 * 10_000)
  })
})

describe('serveApi()', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsc-api-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const options = (name: string): { listen: { path: string }; version: string } => ({
    listen: { path: join(folder, name) },
    version: '0.0.1',
  })

  test('makes a socket that others cannot open, and removes it at the end', async () => {
    const { listen, version } = options('mode.sock')
    const server = await serveApi(engine, { listen: { ...listen, mode: 0o600 }, version })
    expect(server.address).toBe(`unix://${listen.path}`)
    expect((await stat(listen.path)).mode & 0o777).toBe(0o600)
    await server.close()
    await expect(stat(listen.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('replaces a socket that nobody answers on, but not one that somebody does', async () => {
    const stale = options('stale.sock')
    // What a killed engine leaves: the file of a socket whose listener is gone.
    const listener = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    expect(spawnSync(process.execPath, ['-e', listener, stale.listen.path]).signal).toBe('SIGKILL')
    expect((await stat(stale.listen.path)).isSocket()).toBe(true)
    const server = await serveApi(engine, stale)
    await expect(serveApi(engine, stale)).rejects.toMatchObject({
      code: 'E_API_LISTEN',
      message: expect.stringContaining('an engine answers there already'),
    })
    await server.close()
  })

  test('keeps a file that is no socket', async () => {
    const { listen, version } = options('file')
    await writeFile(listen.path, 'precious')
    await chmod(listen.path, 0o600)
    await expect(serveApi(engine, { listen, version })).rejects.toThrow('the path is no socket')
  })

  test('serves TCP on the port that was free', async () => {
    const server = await serveApi(engine, { listen: { host: '127.0.0.1', port: 0 }, version: '0.0.1' })
    const answer = await fetch(`${server.address.replace('tcp:', 'http:')}/_ping`)
    expect(await answer.text()).toBe('OK')
    await server.close()
  })

  test('tells of a port that is taken', async () => {
    const holder = createServer()
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port))
    })
    const taken = serveApi(engine, { listen: { host: '127.0.0.1', port }, version: '0.0.1' })
    await expect(taken).rejects.toMatchObject({ code: 'E_API_LISTEN' })
    holder.close()
  })

  test('tells of every request, counts the open ones, and ends them when it closes', async () => {
    let calls = 0
    await using served = await serveEngine(engine, { onActivity: () => calls++ })
    await served.remote.system.info()
    expect(calls).toBe(4)
    const id = await create('sleep 60')
    const waiting = served.remote.containers.wait(id, { condition: 'next-exit' })
    await expect.poll(() => served.server.openRequests()).toBe(1)
    const [failure] = await Promise.all([waiting.catch((error: unknown) => error), served.server.close()])
    expect(failure).toMatchObject({ code: 'E_API_UNREACHABLE' })
    expect(served.server.openRequests()).toBe(0)
  })
})
