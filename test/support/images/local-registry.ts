import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sha256 } from '../../../src/spec/sha256.ts'
import { delay } from '../../../src/lib/wait.ts'

/** Debian's docker-registry on a loopback port of its own. */
export interface LocalRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
  putBlob(repository: string, bytes: Uint8Array): Promise<Descriptor>
  putManifest(repository: string, reference: string, body: object, type: string): Promise<Descriptor>
}

export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

export const startRegistry = async (settings = ''): Promise<LocalRegistry> => {
  const folder = await mkdtemp(join(tmpdir(), 'tsc-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const config = `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${folder}/data } }
http: { addr: "${host}" }
${settings}`
  await writeFile(join(folder, 'config.yml'), config)
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const base = `http://${host}/v2`
  await answering(base, child)
  const send = async (method: string, url: string, body?: Uint8Array, type?: string): Promise<Response> => {
    const headers = { 'content-type': type ?? 'application/octet-stream' }
    const answer = await fetch(url, { method, headers, ...(body ? { body: Buffer.from(body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  return {
    host,
    async putBlob(repository, bytes) {
      const digest = sha256(bytes)
      const { headers } = await send('POST', `${base}/${repository}/blobs/uploads/`)
      const place = new URL(headers.get('location') ?? '', base)
      place.searchParams.set('digest', digest)
      await send('PUT', String(place), bytes)
      return { mediaType: 'application/octet-stream', digest, size: bytes.length }
    },
    async putManifest(repository, reference, body, mediaType) {
      const bytes = Buffer.from(JSON.stringify(body))
      await send('PUT', `${base}/${repository}/manifests/${reference}`, bytes, mediaType)
      return { mediaType, digest: sha256(bytes), size: bytes.length }
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const answering = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/`).catch(() => undefined)
    if (answer) return
    await delay(50)
  }
  throw new Error('docker-registry does not answer')
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** Pushes an image of the given layers (plain archives), packed by gzip, and names it. */
export const pushImage = async (
  registry: LocalRegistry,
  image: { repository: string; reference: string; layers: readonly Buffer[]; architecture?: string; type?: string },
): Promise<Descriptor> => {
  const { repository, reference, layers, architecture = 'amd64', type = OCI_MANIFEST } = image
  const isOci = type === OCI_MANIFEST
  const packed = await Promise.all(layers.map((layer) => registry.putBlob(repository, gzipSync(layer))))
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      created: '2020-01-02T03:04:05Z',
      config: { Cmd: ['/hello'], Env: ['A=b'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => sha256(layer)) },
      history: layers.map((_, i) => ({ created: '2020-01-02T03:04:05Z', created_by: `layer ${i}` })),
    }),
  )
  const layerType = isOci
    ? 'application/vnd.oci.image.layer.v1.tar+gzip'
    : 'application/vnd.docker.image.rootfs.diff.tar.gzip'
  const configType = isOci
    ? 'application/vnd.oci.image.config.v1+json'
    : 'application/vnd.docker.container.image.v1+json'
  const body = {
    schemaVersion: 2,
    mediaType: type,
    config: { ...(await registry.putBlob(repository, config)), mediaType: configType },
    layers: packed.map((layer) => ({ ...layer, mediaType: layerType })),
  }
  return registry.putManifest(repository, reference, body, type)
}
