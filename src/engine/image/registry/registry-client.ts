import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, request } from 'undici'
import { AppError, isAppError, messageOf } from '../../../errors/app-error.ts'
import { delay } from '../../../lib/wait.ts'
import type { RegistryAuth } from '../../../port/images.ts'
import type { ImageRef } from '../../../spec/image-ref.ts'
import { RegistryLogin } from './registry-login.ts'
import { RegistryRefusal, readLimited, refusalOf } from './registry-refusal.ts'

export interface RegistryClientOptions {
  readonly auth?: RegistryAuth
  readonly signal?: AbortSignal
  /** First pause before a retry, in milliseconds; it doubles each time. 500 when absent. */
  readonly retryDelay?: number
}

export interface RegistryAnswer {
  readonly status: number
  header(name: string): string | undefined
  readonly body: Readable
}

const HUB = 'registry-1.docker.io'
const TRIES = 5
const MAX_REDIRECTS = 5
const MAX_PAUSE = 60_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const TRANSIENT = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET'])
/** What a machine says that has no registry, or no network: waiting helps only where there was an answer before. */
const NOBODY = new Set(['ECONNREFUSED', 'EAI_AGAIN'])
const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** Reads from one repository of one registry (distribution-spec), with retries, login and redirects. */
export class RegistryClient implements AsyncDisposable {
  readonly #agent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 30_000, bodyTimeout: 60_000 })
  readonly #login: RegistryLogin
  readonly #host: string
  readonly #path: string
  readonly #options: RegistryClientOptions
  #scheme: 'https' | 'http' | undefined
  #hasAnswered = false

  constructor(name: ImageRef, options: RegistryClientOptions = {}) {
    this.#host = name.registry === 'docker.io' ? HUB : name.registry
    this.#path = `/v2/${name.repository}/`
    this.#options = options
    this.#login = new RegistryLogin({ repository: name.repository, agent: this.#agent, ...options })
  }

  /**
   * Gets `manifests/…` or `blobs/…`. The answer's status is 200 or 206; its body must be read or destroyed.
   * @throws RegistryRefusal for any other status; E_IMAGE_REGISTRY when the registry cannot be reached
   */
  async get(path: string, headers: Record<string, string> = {}): Promise<RegistryAnswer> {
    const { signal } = this.#options
    for (let tried = 1; ; tried++) {
      let pause = (this.#options.retryDelay ?? 500) * 2 ** (tried - 1) * (0.75 + Math.random() / 2)
      try {
        const answer = await this.#loggedIn(path, headers)
        if (answer.status === 200 || answer.status === 206) return answer
        const refusal = await refusalOf(answer)
        const isTransient = answer.status === 429 || answer.status >= 500
        if (!isTransient || tried === TRIES) throw refusal
        const after = Number(answer.header('retry-after'))
        if (after > 0) pause = Math.min(after * 1000, MAX_PAUSE)
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof RegistryRefusal || isAppError(error)) throw error
        const isThere = this.#hasAnswered || !NOBODY.has(codeOf(error))
        if (!isThere || !isTransientError(error) || tried === TRIES) throw this.#unreachable(error)
      }
      await delay(pause, signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
  }

  async #loggedIn(path: string, headers: Record<string, string>): Promise<RegistryAnswer> {
    const answer = await this.#follow(path, headers)
    if (answer.status !== 401) return answer
    answer.body.destroy()
    const challenge = answer.header('www-authenticate') ?? ''
    const isNew = await this.#login.answer(challenge, this.#scheme === 'https')
    return isNew ? this.#follow(path, headers) : answer
  }

  async #follow(path: string, headers: Record<string, string>): Promise<RegistryAnswer> {
    const scheme = (this.#scheme ??= await this.#findScheme())
    let url = new URL(`${scheme}://${this.#host}${this.#path}${path}`)
    const { origin } = url
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      // What proves who we are goes to the registry alone, never to where it sends us.
      const authorization = url.origin === origin ? this.#login.header : undefined
      const answer = await this.#send(url, authorization === undefined ? headers : { ...headers, authorization })
      if (!REDIRECTS.has(answer.status)) return answer
      answer.body.destroy()
      const next = new URL(answer.header('location') ?? '', url)
      const isSafe = next.protocol === 'https:' || (next.protocol === 'http:' && url.protocol === 'http:')
      if (!isSafe) {
        throw new AppError('E_IMAGE_REGISTRY', `Cannot read from "${this.#host}": it redirects to "${next.protocol}"`)
      }
      url = next
    }
    throw new AppError('E_IMAGE_REGISTRY', `Cannot read from "${this.#host}": it redirects too often`)
  }

  async #send(url: URL, headers: Record<string, string>): Promise<RegistryAnswer> {
    const options = { headers, dispatcher: this.#agent, signal: this.#options.signal ?? null }
    const answer = toAnswer(await request(url, options))
    this.#hasAnswered = true
    return answer
  }

  /** TLS for all but this machine, where plain HTTP will do. */
  async #findScheme(): Promise<'https' | 'http'> {
    if (!isLoopback(this.#host)) return 'https'
    try {
      const { body } = await this.#send(new URL(`https://${this.#host}/v2/`), {})
      body.destroy()
      return 'https'
    } catch (error) {
      this.#options.signal?.throwIfAborted()
      return isPlainServer(error) ? 'http' : 'https'
    }
  }

  #unreachable(cause: unknown): AppError {
    const message = `Cannot reach registry "${this.#host}": ${messageOf(cause) || codeOf(cause)}`
    return new AppError('E_IMAGE_REGISTRY', message, { cause })
  }
}

const toAnswer = (data: Dispatcher.ResponseData): RegistryAnswer => {
  // Whoever reads the body gets its errors thrown; one that is thrown away unread must not raise them elsewhere.
  data.body.on('error', () => undefined)
  return {
    status: data.statusCode,
    header: (name) => {
      const value = data.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    body: data.body,
  }
}

/** The whole body of a small answer. @throws E_IMAGE_REGISTRY when it is longer than `limit` bytes */
export const readBody = async (answer: RegistryAnswer, limit: number): Promise<Buffer> => {
  const body = await readLimited(answer.body, limit)
  if (!body) throw new AppError('E_IMAGE_REGISTRY', `Cannot use the registry's answer: more than ${limit} bytes`)
  return body
}

export const isTransientError = (error: unknown): boolean => {
  const code = codeOf(error)
  return TRANSIENT.has(code) || TIMEOUTS.has(code)
}

const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a TLS client meets at a server that speaks plain HTTP. */
const isPlainServer = (error: unknown): boolean =>
  ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(
    codeOf(error),
  )

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host)
