import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchBlob } from '../../../../../src/engine/image/registry/fetch-blob.ts'
import { fetchManifest } from '../../../../../src/engine/image/registry/fetch-manifest.ts'
import { RegistryClient, readBody } from '../../../../../src/engine/image/registry/registry-client.ts'
import type { RegistryAuth } from '../../../../../src/port/images.ts'
import { imageRef } from '../../../../../src/spec/image-ref.ts'
import { sha256 } from '../../../../../src/spec/sha256.ts'
import { collect } from '../../../../support/layers/tar-entry.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let handle: Handler
let seen: IncomingMessage[]
let server: Server
let host: string

const listen = async (handler: Handler): Promise<{ server: Server; host: string }> => {
  const made = createServer(handler).listen(0, '127.0.0.1')
  await once(made, 'listening')
  const address = made.address()
  return { server: made, host: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` }
}

beforeEach(async () => {
  seen = []
  const listening = await listen((request, response) => {
    seen.push(request)
    handle(request, response)
  })
  server = listening.server
  host = listening.host
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const client = (auth?: RegistryAuth): RegistryClient =>
  new RegistryClient(imageRef(`${host}/team/app`), { retryDelay: 1, ...(auth ? { auth } : {}) })

const text = async (path: string, auth?: RegistryAuth): Promise<string> => {
  await using registry = client(auth)
  return (await readBody(await registry.get(path), 1000)).toString()
}

describe('a request', () => {
  it('goes to the repository by plain HTTP on this machine', async () => {
    handle = (_, response) => response.end('hello')
    expect(await text('manifests/1')).toBe('hello')
    expect(seen.at(-1)?.url).toBe('/v2/team/app/manifests/1')
  })

  it('is made again after 429 and 503, and not after 404', async () => {
    const statuses = [429, 503, 200]
    handle = (_, response) => response.writeHead(statuses.shift() ?? 200).end('at last')
    expect(await text('manifests/1')).toBe('at last')
    expect(seen).toHaveLength(3)
    handle = (_, response) => response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"gone"}]}')
    await expect(text('manifests/1')).rejects.toMatchObject({ status: 404, message: 'manifest unknown: gone' })
    expect(seen).toHaveLength(4)
  })

  it('is made again when the connection breaks', async () => {
    let broken = false
    handle = (request, response) => {
      if (broken) response.end('whole')
      else request.socket.destroy()
      broken = true
    }
    expect(await text('manifests/1')).toBe('whole')
  })

  it('is not made again where nobody has ever answered', async () => {
    await using registry = new RegistryClient(imageRef('127.0.0.1:1/x'), { retryDelay: 60_000 })
    await expect(registry.get('manifests/1')).rejects.toMatchObject({ code: 'E_IMAGE_REGISTRY' })
  })

  it('is given up in the end', async () => {
    handle = (_, response) => response.writeHead(500).end('broken')
    await expect(text('manifests/1')).rejects.toMatchObject({ status: 500 })
    expect(seen).toHaveLength(5)
  })

  it('ends with its signal', async () => {
    const stop = new AbortController()
    handle = () => stop.abort(new Error('enough'))
    await using registry = new RegistryClient(imageRef(`${host}/x`), { signal: stop.signal })
    await expect(registry.get('manifests/1')).rejects.toThrow('enough')
  })

  it('does not read an answer that is too long', async () => {
    handle = (_, response) => response.end('x'.repeat(2000))
    await expect(text('manifests/1')).rejects.toThrow('more than 1000 bytes')
  })
})

describe('credentials', () => {
  const auth = { username: 'joe', password: 'secret' }
  const basic = `Basic ${Buffer.from('joe:secret').toString('base64')}`

  it('are not sent before they are asked for', async () => {
    handle = (_, response) => response.end('open')
    await text('manifests/1', auth)
    expect(seen.every(({ headers }) => headers.authorization === undefined)).toBe(true)
  })

  it('are sent as they are when the registry asks for that', async () => {
    handle = (request, response) => {
      if (request.headers.authorization === basic) response.end('in')
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    }
    expect(await text('manifests/1', auth)).toBe('in')
    await expect(text('manifests/1')).rejects.toMatchObject({ status: 401 })
  })

  it('are exchanged for a token', async () => {
    handle = (request, response) => {
      if (request.url?.startsWith('/token')) response.end(JSON.stringify({ token: 'abc' }))
      else if (request.headers.authorization === 'Bearer abc') response.end('in')
      else {
        const realm = `Bearer realm="http://${host}/token",service="reg",scope="repository:team/app:pull"`
        response.writeHead(401, { 'www-authenticate': realm }).end()
      }
    }
    expect(await text('manifests/1', auth)).toBe('in')
    const token = seen.find(({ url }) => url?.startsWith('/token'))
    expect(token?.url).toBe('/token?service=reg&scope=repository%3Ateam%2Fapp%3Apull')
    expect(token?.headers.authorization).toBe(basic)
  })

  it('do not go where a redirect leads', async () => {
    let given: string | undefined = 'none'
    const other = await listen((request, response) => {
      given = request.headers.authorization
      response.end('from elsewhere')
    })
    handle = (request, response) => {
      if (request.headers.authorization !== basic) response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
      else response.writeHead(307, { location: `http://${other.host}/blob` }).end()
    }
    expect(await text('blobs/x', auth)).toBe('from elsewhere')
    expect(given).toBeUndefined()
    other.server.close()
    other.server.closeAllConnections()
  })
})

describe('a blob', () => {
  const content = Buffer.from('0123456789'.repeat(1000))
  const blob = { mediaType: '', digest: sha256(content), size: content.length }
  const fetched = async (): Promise<Buffer> => {
    await using registry = client()
    return await collect(fetchBlob(registry, blob, { retryDelay: 1 }))
  }

  it('is taken up where the connection broke', async () => {
    handle = (request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from })
      const end = Math.min(from + 4000, content.length)
      response.write(content.subarray(from, end), () => (end < content.length ? response.destroy() : response.end()))
    }
    expect(await fetched()).toEqual(content)
    expect(seen.map(({ headers }) => headers.range).filter(Boolean)).toEqual(['bytes=4000-', 'bytes=8000-'])
  })

  it('is passed over as far as it is known when the server begins anew', async () => {
    let first = true
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      if (first) response.write(content.subarray(0, 4000), () => response.destroy())
      else response.end(content)
      first = false
    }
    expect(await fetched()).toEqual(content)
  })

  it('that always ends too early is given up', async () => {
    handle = (_, response) => response.end('short')
    await expect(fetched()).rejects.toMatchObject({ code: 'E_IMAGE_REGISTRY' })
  })
})

describe('a manifest', () => {
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256('c'), size: 1 }
  const body = JSON.stringify({ schemaVersion: 2, mediaType: type, config: descriptor, layers: [] })
  const platform = { os: 'linux', architecture: 'amd64' }
  const answerWith = (headers: Record<string, string>) => {
    handle = (_, response) => response.writeHead(200, headers).end(body)
  }

  it('is the one that was asked for by digest, or none', async () => {
    answerWith({ 'content-type': type })
    await using registry = client()
    expect((await fetchManifest(registry, sha256(body), platform)).digest).toBe(sha256(body))
    await expect(fetchManifest(registry, sha256('other'), platform)).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
  })

  it('has the digest that the registry announces', async () => {
    answerWith({ 'content-type': type, 'docker-content-digest': sha256('other') })
    await using registry = client()
    await expect(fetchManifest(registry, 'latest', platform)).rejects.toMatchObject({ code: 'E_IMAGE_DIGEST' })
  })
})
