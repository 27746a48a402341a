import { AppError } from '../errors/app-error.ts'

export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

const DEFAULT_PORT = 2375

/**
 * Reads `unix:///run/engine.sock`, `tcp://host:port`, `http://host:port`, or an absolute path.
 * @throws E_API_BAD_ADDRESS
 */
export const parseEngineAddress = (text: string): EngineAddress => {
  if (text.startsWith('/')) return { kind: 'unix', path: text }
  const [scheme, rest] = split(text)
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) throw bad(text, 'the path of the socket must be absolute')
      return { kind: 'unix', path: rest }
    case 'tcp':
    case 'http':
      return tcpAddress(text, rest)
    default:
      throw bad(text, scheme === '' ? 'no scheme such as "unix://"' : `scheme "${scheme}" is not supported`)
  }
}

/** `unix:///path`, `tcp://host:port`: as `--host` and `DOCKER_HOST` take it. */
export const printEngineAddress = (address: EngineAddress): string => {
  if (address.kind === 'unix') return `unix://${address.path}`
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

const split = (text: string): [scheme: string, rest: string] => {
  const at = text.indexOf('://')
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 3)]
}

const tcpAddress = (text: string, rest: string): EngineAddress => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*))(?::(\d+))?\/?$/.exec(rest)
  if (!match) throw bad(text, 'not HOST:PORT')
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3])
  if (port < 1 || port > 65_535) throw bad(text, `"${port}" is no port`)
  return { kind: 'tcp', host: (match[1] ?? match[2]) || '127.0.0.1', port }
}

const bad = (text: string, why: string): AppError =>
  new AppError('E_API_BAD_ADDRESS', `Cannot read engine address "${text}": ${why}`)
