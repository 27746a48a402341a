import { type Agent, request } from 'undici'
import { AppError } from '../../../errors/app-error.ts'
import type { RegistryAuth } from '../../../port/images.ts'
import { parseChallenges } from './challenge.ts'
import { readLimited } from './registry-refusal.ts'

const MAX_TOKEN_BODY = 1 << 20
const CLIENT_ID = 'tsc-compose'

export interface RegistryLoginOptions {
  readonly repository: string
  readonly agent: Agent
  readonly auth?: RegistryAuth
  readonly signal?: AbortSignal
}

/** Turns a registry's challenge and a user's credentials into an `Authorization` header (distribution, auth/token). */
export class RegistryLogin {
  readonly #options: RegistryLoginOptions
  #header: string | undefined

  constructor(options: RegistryLoginOptions) {
    this.#options = options
    const token = options.auth?.registrytoken
    if (token) this.#header = `Bearer ${token}`
  }

  get header(): string | undefined {
    return this.#header
  }

  /** Logs in as the challenge asks; false when there is nothing new to try. */
  async answer(challenge: string, isSecure: boolean): Promise<boolean> {
    const before = this.#header
    const offered = parseChallenges(challenge)
    const bearer = offered.find(({ scheme }) => scheme === 'bearer')
    if (bearer) this.#header = `Bearer ${await this.#token(bearer.parameters, isSecure)}`
    else if (offered.some(({ scheme }) => scheme === 'basic')) this.#header = this.#basic()
    return this.#header !== undefined && this.#header !== before
  }

  #basic(): string | undefined {
    const { username, password } = this.#options.auth ?? {}
    return username ? `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` : undefined
  }

  async #token(parameters: Readonly<Record<string, string>>, isSecure: boolean): Promise<string> {
    const realm = tokenServer(parameters['realm'] ?? '', isSecure)
    const scope = parameters['scope'] ?? `repository:${this.#options.repository}:pull`
    const service = parameters['service'] ?? ''
    const refresh = this.#options.auth?.identitytoken
    const { statusCode, body } = refresh
      ? await this.#send(realm, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: String(
            new URLSearchParams({
              grant_type: 'refresh_token',
              refresh_token: refresh,
              client_id: CLIENT_ID,
              service,
              scope,
            }),
          ),
        })
      : await this.#send(withQuery(realm, { service, scope }), { method: 'GET', headers: this.#basicHeader() })
    const text = (await readLimited(body, MAX_TOKEN_BODY))?.toString('utf8') ?? ''
    const token = statusCode === 200 ? tokenOf(text) : undefined
    if (token !== undefined) return token
    const why =
      statusCode === 401 || statusCode === 403
        ? 'unauthorized: incorrect username or password'
        : `it answers ${statusCode}`
    throw new AppError('E_IMAGE_REGISTRY', `Cannot log in at "${realm.host}": ${why}`, { httpStatus: 401 })
  }

  #basicHeader(): Record<string, string> {
    const basic = this.#basic()
    return basic === undefined ? {} : { authorization: basic }
  }

  #send(
    url: URL,
    options: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
  ): ReturnType<typeof request> {
    return request(url, { ...options, dispatcher: this.#options.agent, signal: this.#options.signal ?? null })
  }
}

/** A registry that is reached by TLS may not send credentials elsewhere in the clear. */
const tokenServer = (realm: string, isSecure: boolean): URL => {
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && !isSecure)) return url
  throw new AppError('E_IMAGE_REGISTRY', `Cannot log in: the token server "${realm}" is not reached by https`)
}

const withQuery = (url: URL, query: Record<string, string>): URL => {
  const result = new URL(url)
  for (const [key, value] of Object.entries(query)) if (value !== '') result.searchParams.set(key, value)
  return result
}

const tokenOf = (text: string): string | undefined => {
  try {
    const { token, access_token: accessToken } = JSON.parse(text) as Record<string, unknown>
    const found = token ?? accessToken
    return typeof found === 'string' && found !== '' ? found : undefined
  } catch {
    return undefined
  }
}
