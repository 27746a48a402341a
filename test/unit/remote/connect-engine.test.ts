import { type IncomingMessage, type RequestListener, createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { serveApi } from '../../../src/api/serve-api.ts'
import { connectEngine, type RemoteEngine } from '../../../src/remote/connect-engine.ts'
import { processEngine } from '../../support/process-engine/process-engine.ts'
import { serveEngine } from '../../support/served-engine.ts'

interface ScriptedEngine extends AsyncDisposable {
  readonly remote: RemoteEngine
  /** `METHOD target` of each request. */
  readonly seen: string[]
}

/** An engine of another make: answers what the test says. */
const scripted = async (apiVersion: string, answer: RequestListener): Promise<ScriptedEngine> => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.setHeader('Api-Version', apiVersion)
    if (request.url === '/_ping') response.end('OK')
    else answer(request, response)
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  const remote = connectEngine({ kind: 'tcp', host: '127.0.0.1', port })
  return {
    remote,
    seen,
    [Symbol.asyncDispose]: async () => {
      remote.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('the API version', () => {
  test.each([
    ['1.41', 'v1.41'],
    ['1.45', 'v1.45'],
    ['1.51', 'v1.45'],
  ])('with an engine of %s is %s, asked for once', async (theirs, used) => {
    await using engine = await scripted(theirs, (_, response) => response.end('[]'))
    await Promise.all([engine.remote.images.list(), engine.remote.images.list()])
    expect(engine.seen).toEqual(['GET /_ping', `GET /${used}/images/json`, `GET /${used}/images/json`])
  })

  test('before 1.42 makes the client ask the container whether its log is framed', async () => {
    await using engine = await scripted('1.41', (request, response) => {
      if (request.url?.endsWith('/json')) response.end('{"Config":{"Tty":true}}')
      else response.end('plain')
    })
    const { tty, chunks } = await engine.remote.containers.logs('a', { stdout: true })
    expect(tty).toBe(true)
    for await (const { stream, data } of chunks)
      expect([stream, Buffer.from(data).toString()]).toEqual(['stdout', 'plain'])
  })
})

describe('requests', () => {
  const body = async (request: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const piece of request) text += String(piece)
    return text
  }

  test('carry their options as Docker takes them', async () => {
    await using engine = await scripted('1.45', (_, response) => response.writeHead(204).end())
    const { containers } = engine.remote
    await containers.stop('a/b', { timeout: -1, stopSignal: 'INT' })
    await containers.remove('a', { force: true, volumes: false })
    await engine.remote.images.tag('host:5000/a', 'host:5000/b:2')
    expect(engine.seen.slice(1)).toEqual([
      'POST /v1.45/containers/a%2Fb/stop?t=-1&signal=INT',
      'DELETE /v1.45/containers/a?force=1',
      'POST /v1.45/images/host%3A5000/a/tag?repo=host%3A5000%2Fb&tag=2',
    ])
  })

  test('for a pull name a tag, and send the credentials', async () => {
    const headers: unknown[] = []
    await using engine = await scripted('1.45', (request, response) => {
      headers.push(request.headers['x-registry-auth'])
      response.end('{"status":"one"}\r\n{"error":"two","errorDetail":{"message":"two"}}\r\n')
    })
    const messages: unknown[] = []
    const auth = { username: 'u', password: 'p' }
    for await (const message of engine.remote.images.pull('host:5000/a', { auth })) messages.push(message)
    expect(messages).toEqual([{ status: 'one' }, { error: 'two', errorDetail: { message: 'two' } }])
    expect(engine.seen.at(-1)).toBe('POST /v1.45/images/create?fromImage=host%3A5000%2Fa&tag=latest')
    expect(JSON.parse(Buffer.from(String(headers[0]), 'base64url').toString())).toEqual(auth)
  })

  test('stream an archive, and read progress while it is sent', async () => {
    await using engine = await scripted('1.45', (request, response) => {
      void body(request).then((text) => response.end(`{"stream":"${text.length}"}\n`))
      response.write('{"stream":"begun"}\n')
    })
    const messages: unknown[] = []
    const context = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(10_000, 'x')
    }
    for await (const message of engine.remote.builder.build(context(), { tags: ['a', 'b'] })) messages.push(message)
    expect(messages).toEqual([{ stream: 'begun' }, { stream: '1000000' }])
    expect(engine.seen.at(-1)).toMatch(/^POST \/v1.45\/build\?version=1&t=a&t=b&/)
  })

  test('whose archive cannot be read reject with what went wrong there', async () => {
    await using engine = await scripted('1.45', (request) => void request.resume())
    const context = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x')
      throw new Error('no such file')
    }
    await expect(engine.remote.builder.build(context(), {})[Symbol.asyncIterator]().next()).rejects.toThrow(
      'no such file',
    )
  })

  test('that are refused before everything is sent reject with the answer', async () => {
    await using engine = await scripted('1.45', (_, response) => response.writeHead(400).end('{"message":"bad"}'))
    const context = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 1000; i++) yield Buffer.alloc(10_000)
    }
    const building = engine.remote.builder.build(context(), {})[Symbol.asyncIterator]()
    await expect(building.next()).rejects.toMatchObject({ code: 'E_API_BAD_REQUEST', message: 'bad' })
  })

  test('share connections that are kept alive', async () => {
    const ports = new Set<number | undefined>()
    await using engine = await scripted('1.45', (request, response) => {
      ports.add(request.socket.remotePort)
      response.end('{}')
    })
    for (let i = 0; i < 5; i++) await engine.remote.system.info()
    expect(ports.size).toBe(1)
  })

  test('that are aborted reject with the reason, before and while the answer comes', async () => {
    await using engine = await scripted('1.45', (request, response) => {
      if (request.url?.includes('/events')) response.write('{"Type":"container"}\n')
    })
    const reason = new Error('enough')
    const silent = new AbortController()
    const info = engine.remote.system.info({ signal: silent.signal })
    await expect.poll(() => engine.seen.length).toBe(2)
    silent.abort(reason)
    await expect(info).rejects.toBe(reason)
    const speaking = new AbortController()
    const events = engine.remote.events.subscribe({ signal: speaking.signal })[Symbol.asyncIterator]()
    expect((await events.next()).value).toEqual({ Type: 'container' })
    const next = events.next()
    speaking.abort(reason)
    await expect(next).rejects.toBe(reason)
  })

  test('whose connection breaks say so', async () => {
    await using engine = await scripted('1.45', (request) => void request.socket.destroy())
    await expect(engine.remote.containers.start('a')).rejects.toMatchObject({
      code: 'E_API_UNREACHABLE',
      message: expect.stringMatching(/^Cannot reach the engine at "tcp:\/\/127.0.0.1:\d+": the connection was lost$/),
    })
  })
})

describe('an engine that is not there', () => {
  test('is told with its address and what to do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tsc-remote-'))
    const path = join(folder, 'none.sock')
    const missing = connectEngine({ kind: 'unix', path })
    await expect(missing.system.info()).rejects.toMatchObject({
      code: 'E_API_UNREACHABLE',
      message: `Cannot reach the engine at "unix://${path}": no socket is there`,
      hint: expect.stringContaining('tsc-engine serve'),
    })
    await writeFile(path, '')
    await expect(missing.system.ping()).rejects.toMatchObject({
      message: expect.stringContaining('nobody listens there'),
    })
    await rm(folder, { recursive: true })
    const closed = connectEngine({ kind: 'tcp', host: '127.0.0.1', port: 1 })
    await expect(closed.system.ping()).rejects.toMatchObject({
      message: expect.stringContaining('nobody listens there'),
    })
  })

  test('is asked again at the next call, version and all', async () => {
    const engine = processEngine({ images: [] })
    const served = await serveEngine(engine)
    await served.server.close()
    await expect(served.remote.system.info()).rejects.toMatchObject({ code: 'E_API_UNREACHABLE' })
    const again = await serveApi(engine, { listen: { path: served.path }, version: '0.0.1' })
    expect((await served.remote.system.info()).Driver).toBe('process')
    await again.close()
    await served[Symbol.asyncDispose]()
  })
})
