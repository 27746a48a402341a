import { AppError } from '../errors/app-error.ts'
import { type Digest, digest } from './digest.ts'

/** A parsed image reference, in distribution/reference's grammar. */
export interface ImageRef {
  /** Registry host, `docker.io` when none was written. */
  readonly registry: string
  /** Path in the registry; `library/` is filled in on docker.io. */
  readonly repository: string
  /** `latest` when neither tag nor digest was written. */
  readonly tag?: string
  readonly digest?: Digest
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const HOST = /^(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?$/

/**
 * Reads `nginx`, `nginx:1.25`, `host:5000/team/app@sha256:…`.
 * @throws E_SPEC_INVALID with the part that is wrong
 */
export const imageRef = (text: string): ImageRef => {
  const bad = (why: string): AppError =>
    new AppError('E_SPEC_INVALID', `Cannot read image reference "${text}": ${why}`, {
      hint: 'Write [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST], with the name in lower case',
    })
  const [named = '', digestText, ...rest] = text.split('@')
  if (rest.length > 0) throw bad('more than one "@"')
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const isHost = first !== '' && (/[.:A-Z]/.test(first) || first === 'localhost')
  if (isHost && !HOST.test(first)) throw bad(`"${first}" is no host`)
  const rest_ = isHost ? named.slice(slash + 1) : named
  const colon = rest_.lastIndexOf(':')
  const path = colon < 0 ? rest_ : rest_.slice(0, colon)
  const tag = colon < 0 ? undefined : rest_.slice(colon + 1)
  if (tag !== undefined && !TAG.test(tag)) throw bad(`"${tag}" is no tag`)
  if (/^[0-9a-f]{64}$/.test(path) && !isHost) throw bad('64 hex digits are an id, not a name')
  for (const part of path.split('/')) {
    if (!COMPONENT.test(part)) throw bad(part === '' ? 'a part of the name is empty' : `"${part}" is no name`)
  }
  const registry = isHost && first !== 'index.docker.io' ? first : 'docker.io'
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  if (digestText !== undefined) {
    return { registry, repository, ...(tag === undefined ? {} : { tag }), digest: digest(digestText) }
  }
  return { registry, repository, tag: tag ?? 'latest' }
}

/** As users write it: `docker.io` and `library/` left out, the tag always shown. */
export const familiarName = (ref: ImageRef): string => {
  const tail = (ref.tag ? `:${ref.tag}` : '') + (ref.digest ? `@${ref.digest}` : '')
  return familiarRepository(ref) + tail
}

/** {@link familiarName} without tag and digest. */
export const familiarRepository = (ref: ImageRef): string => {
  if (ref.registry !== 'docker.io') return `${ref.registry}/${ref.repository}`
  return ref.repository.startsWith('library/') ? ref.repository.slice('library/'.length) : ref.repository
}

/** The whole name, `docker.io/library/nginx:latest`: the key of the reference store. */
export const canonicalName = (ref: ImageRef): string =>
  `${ref.registry}/${ref.repository}` + (ref.tag ? `:${ref.tag}` : '') + (ref.digest ? `@${ref.digest}` : '')
