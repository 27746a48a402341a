import type { RegistryAuth } from '../port/images.ts'
import { badRequest } from './bad-request.ts'

const FIELDS = ['username', 'password', 'identitytoken', 'registrytoken', 'serveraddress'] as const

/**
 * Header `X-Registry-Auth`: base64url (or plain base64) of a JSON object. Absent, empty, `{}` and `null` are anonymous.
 * @throws E_API_BAD_REQUEST when it cannot be read; the text is not repeated, for it holds secrets
 */
export const registryAuth = (header: string | string[] | undefined): RegistryAuth | undefined => {
  if (typeof header !== 'string' || header === '') return undefined
  const value = decode(header)
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw unreadable()
  const record = value as Readonly<Record<string, unknown>>
  const auth = Object.fromEntries(
    FIELDS.flatMap((field) => {
      const text = record[field]
      return typeof text === 'string' && text !== '' ? [[field, text]] : []
    }),
  ) as RegistryAuth
  return Object.keys(auth).length === 0 ? undefined : auth
}

const decode = (header: string): unknown => {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
  } catch {
    throw unreadable()
  }
}

const unreadable = (): Error => badRequest('invalid X-Registry-Auth header', 'It is base64url of a JSON object')
