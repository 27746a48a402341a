import { AppError } from '../errors/app-error.ts'
import { type ErrorCode, catalogue } from '../errors/catalogue.ts'

interface Rule {
  readonly status: number
  readonly message: RegExp
  readonly code: ErrorCode
}

/** What other engines say, by status and wording; the first row that fits. The built-in one names its code itself. */
const RULES: readonly Rule[] = [
  { status: 404, message: /no such (container|exec)/i, code: 'E_CONTAINER_NOT_FOUND' },
  { status: 404, message: /no such image|manifest .*unknown|pull access denied/i, code: 'E_IMAGE_NOT_FOUND' },
  { status: 404, message: /network .*not found|no such network/i, code: 'E_NETWORK_NOT_FOUND' },
  { status: 404, message: /no such volume/i, code: 'E_VOLUME_NOT_FOUND' },
  { status: 404, message: /page not found/i, code: 'E_API_NO_ROUTE' },
  { status: 409, message: /./s, code: 'E_CONTAINER_CONFLICT' },
  { status: 400, message: /./s, code: 'E_API_BAD_REQUEST' },
  { status: 501, message: /./s, code: 'E_API_UNSUPPORTED' },
  { status: 503, message: /swarm manager/i, code: 'E_API_NO_SWARM' },
]

/** An answer of 400 and above, as the error that the port promises. */
export const responseError = (status: number, body: string): AppError => {
  const fields = parseBody(body)
  const message = fields.message ?? (body.trim() || `The engine answered with status ${status}`)
  const code =
    knownCode(fields.code) ?? RULES.find((rule) => rule.status === status && rule.message.test(message))?.code
  return new AppError(code ?? 'E_API_FAILED', message, {
    httpStatus: status,
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
  })
}

interface Fields {
  readonly message?: string
  readonly code?: string
  readonly hint?: string
}

const parseBody = (body: string): Fields => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return {}
  }
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'))
}

const knownCode = (code: string | undefined): ErrorCode | undefined =>
  code !== undefined && Object.hasOwn(catalogue, code) ? (code as ErrorCode) : undefined
