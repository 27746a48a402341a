import { readPlainScalar } from '../source/scalar.ts'

const OLD_BOOLEAN = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]| +)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?: *(?:Z|[-+]\d{1,2}(?::\d{2})?))?)?$/

/** Whether the plain text would be read as something else than text, by this or an older YAML. */
const isAmbiguous = (value: string): boolean => {
  if (typeof readPlainScalar(value) !== 'string' || (value.length <= 3 && OLD_BOOLEAN.test(value))) return true
  return /^[-+0-9]/.test(value) && (BASE60.test(value) || TIMESTAMP.test(value))
}

/** Characters that need escapes; tabs and line ends are looked at apart. */
const SPECIAL = /[^\t\n\u0020-\u007E\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/
const PLAIN_FORBIDDEN_START = /^(?:[#,[\]{}&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/
const PLAIN_FORBIDDEN_INSIDE = /:(?:\s|$)|\s#/

/** A text on one line: plain where that is safe, else in single or double quotes. */
export const yamlString = (value: string): string => {
  if (value === '' || isAmbiguous(value)) return doubleQuoted(value)
  if (/[\t\n]/.test(value) || SPECIAL.test(value)) return doubleQuoted(value)
  const isPlain = !PLAIN_FORBIDDEN_START.test(value) && !PLAIN_FORBIDDEN_INSIDE.test(value) && !/^ | $/.test(value)
  return isPlain ? value : `'${value.replaceAll("'", "''")}'`
}

/** The first line of a literal block, for a text of several lines that can be one. */
export const literalHeader = (value: string): string | undefined => {
  if (!value.includes('\n') || SPECIAL.test(value) || / \n| $/.test(value)) return undefined
  const hint = /^[ \n]/.test(value) ? '2' : ''
  const chomping = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : ''
  return `|${hint}${chomping}`
}

const NAMED: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1B': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

const doubleQuoted = (value: string): string => `"${value.replaceAll(/[^]/gu, escapeChar)}"`

const escapeChar = (char: string): string => {
  const named = NAMED[char]
  if (named !== undefined) return named
  if (!SPECIAL.test(char)) return char
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
