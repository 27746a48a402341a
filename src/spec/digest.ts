import { AppError } from '../errors/app-error.ts'

/** `sha256:` and 64 lower-case hex digits. {@link digest} is the only way to get one. */
export type Digest = string & { readonly __brand: 'Digest' }

const PATTERN = /^sha256:[0-9a-f]{64}$/

export const isDigest = (text: string): text is Digest => PATTERN.test(text)

/** @throws E_SPEC_INVALID when the text is no sha256 digest */
export const digest = (text: string): Digest => {
  if (!isDigest(text)) throw new AppError('E_SPEC_INVALID', `Cannot read digest "${text}": not sha256:<64 hex digits>`)
  return text
}

/** The 64 hex digits without `sha256:`: a file name. */
export const digestHex = (value: Digest): string => value.slice('sha256:'.length)
