import type { RegistryAnswer } from './registry-client.ts'

/** A registry's answer that is no success, with the first of its errors (distribution-spec, "Error Codes"). */
export class RegistryRefusal extends Error {
  override readonly name = 'RegistryRefusal'
  readonly status: number
  /** `MANIFEST_UNKNOWN`; empty when the body was none of the specification's. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const MAX_ERROR_BODY = 64 << 10

export const refusalOf = async (answer: RegistryAnswer): Promise<RegistryRefusal> => {
  const text = (await readLimited(answer.body, MAX_ERROR_BODY).catch(() => undefined))?.toString('utf8') ?? ''
  const { code, message } = firstError(text)
  const words = code.toLowerCase().replaceAll('_', ' ')
  const said = [words, message].filter(Boolean).join(': ')
  return new RegistryRefusal(answer.status, code, said || `the registry answers ${answer.status}`)
}

const firstError = (text: string): { code: string; message: string } => {
  try {
    const [first] = (JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] }).errors ?? []
    return { code: textOf(first?.code), message: textOf(first?.message) }
  } catch {
    return { code: '', message: '' }
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Undefined when there is more than `limit` bytes. */
export const readLimited = async (body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > limit) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
