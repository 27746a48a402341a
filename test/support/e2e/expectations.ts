import { inspect, isDeepStrictEqual } from 'node:util'

/** Throws unless the two are deeply equal; `what` names what was looked at. */
export const same = (found: unknown, wanted: unknown, what: string): void => {
  if (isDeepStrictEqual(found, wanted)) return
  throw new Error(`${what}: ${inspect(wanted)} is expected, and it is ${inspect(found)}`)
}

export const contains = (text: string, wanted: string | RegExp): void => {
  if (!matches(text, wanted)) throw new Error(`${String(wanted)} is expected in:\n${text}`)
}

export const containsNot = (text: string, unwanted: string | RegExp): void => {
  if (matches(text, unwanted)) throw new Error(`${String(unwanted)} is not expected in:\n${text}`)
}

const matches = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
