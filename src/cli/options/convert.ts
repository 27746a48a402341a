import { usageError } from '../usage-error.ts'

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/** What Go's ParseBool takes, or undefined. */
export const parseBoolean = (text: string): boolean | undefined => {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

/** @throws E_CLI_USAGE */
export const parseInteger = (text: string, flags: string): number => {
  if (!/^[+-]?\d+$/.test(text)) throw invalidArgument(text, flags, 'a whole number is expected')
  return Number(text)
}

export const invalidArgument = (text: string, flags: string, why: string): Error =>
  usageError(`invalid argument "${text}" for "${flags}" flag: ${why}`)

/** Whether a variable such as COMPOSE_REMOVE_ORPHANS is set to something that means true. */
export const isOn = (text: string | undefined): boolean => parseBoolean(text ?? '') === true
