import { AppError } from '../../../errors/app-error.ts'
import type { Where } from '../../../errors/where.ts'

/** A here-document of an instruction. */
export interface Heredoc {
  /** Its word, without quotes. */
  readonly name: string
  readonly body: string
  /** False when the word was quoted. */
  readonly expand: boolean
}

/** One instruction as it is written, with its continued lines joined. */
export interface RawInstruction {
  /** In upper case. */
  readonly keyword: string
  /** `--name=value` words in front of the arguments, in order. */
  readonly flags: readonly RawFlag[]
  /** What follows the flags, as it is written. */
  readonly rest: string
  readonly heredocs: readonly Heredoc[]
  readonly where: Where
}

export interface RawFlag {
  readonly name: string
  /** Absent when there is no `=`. */
  readonly value?: string
}

export interface LexedDockerfile {
  readonly escape: '\\' | '`'
  readonly instructions: readonly RawInstruction[]
}

const DIRECTIVE = /^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/
const DIRECTIVES = new Set(['syntax', 'escape', 'check'])
const HEREDOC_KEYWORDS = new Set(['RUN', 'COPY', 'ADD'])
const HEREDOC = /(?:^|\s)\d*<<(-?)\s*(["']?)([A-Za-z_][\w.-]*)\2/g

/**
 * Cuts a Dockerfile into instructions (Dockerfile reference, "Format" and "Parser directives").
 * @throws E_BUILD_SYNTAX with the line
 */
export const lexDockerfile = (text: string, file: string): LexedDockerfile => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const where = (index: number): Where => place(lines, index, file)
  const { escape, start } = readDirectives(lines, where)
  const instructions: RawInstruction[] = []
  for (let at = start; at < lines.length;) {
    const first = at
    const line = lines[at] ?? ''
    if (isComment(line) || line.trim() === '') {
      at += 1
      continue
    }
    const joined = joinLines(lines, at, escape)
    at = joined.next
    const { keyword, flags, rest } = splitInstruction(joined.text, escape)
    const heredocs = HEREDOC_KEYWORDS.has(keyword)
      ? readHeredocs(lines, at, rest, where(first))
      : { found: [], next: at }
    at = heredocs.next
    instructions.push({ keyword, flags, rest, heredocs: heredocs.found, where: where(first) })
  }
  if (instructions.length === 0) throw new AppError('E_BUILD_SYNTAX', `${file}: file with no instructions`)
  return { escape, instructions }
}

const place = (lines: readonly string[], index: number, file: string): Where => {
  const text = lines[index] ?? ''
  const indent = text.length - text.trimStart().length
  return { file, line: index + 1, column: indent + 1, text, length: Math.max(1, text.trim().length) }
}

const readDirectives = (
  lines: readonly string[],
  where: (index: number) => Where,
): { escape: '\\' | '`'; start: number } => {
  const seen = new Set<string>()
  let escape: '\\' | '`' = '\\'
  let at = 0
  for (; ; at++) {
    const [, key = '', value] = DIRECTIVE.exec(lines[at] ?? '') ?? []
    const name = key.toLowerCase()
    if (!DIRECTIVES.has(name)) return { escape, start: at }
    if (seen.has(name)) throw syntax(`only one "${name}" parser directive can be used`, where(at))
    seen.add(name)
    if (name !== 'escape') continue
    if (value !== '\\' && value !== '`') throw syntax(`"${value}" is no escape character: write \\ or \``, where(at))
    escape = value
  }
}

const isComment = (line: string): boolean => /^\s*#/.test(line)

/** A line and those that continue it; comments and empty lines between them fall out. */
const joinLines = (lines: readonly string[], start: number, escape: string): { text: string; next: number } => {
  const quoted = escape === '\\' ? '\\\\' : '`'
  const continued = new RegExp(`^(|.*[^${quoted}])${quoted}[ \\t]*$`, 's')
  let text = ''
  let at = start
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (at > start && (isComment(line) || line.trim() === '')) continue
    const match = continued.exec(line)
    if (!match) return { text: text + line, next: at + 1 }
    text += match[1] ?? ''
  }
  return { text, next: at }
}

const splitInstruction = (text: string, escape: string): { keyword: string; flags: RawFlag[]; rest: string } => {
  const [, word = '', after = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  const flags: RawFlag[] = []
  let rest = after.trimEnd()
  while (rest.startsWith('--')) {
    const end = flagEnd(rest, escape)
    const flag = unquote(rest.slice(2, end), escape)
    rest = rest.slice(end).trimStart()
    if (flag === '') break
    const equals = flag.indexOf('=')
    flags.push(equals < 0 ? { name: flag } : { name: flag.slice(0, equals), value: flag.slice(equals + 1) })
  }
  return { keyword: word.toUpperCase(), flags, rest }
}

/** Where a flag ends: at the first blank that is neither quoted nor escaped. */
const flagEnd = (text: string, escape: string): number => {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === escape && quote !== "'") i += 1
    else if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (/\s/.test(char)) return i
  }
  return text.length
}

const unquote = (text: string, escape: string): string => {
  let result = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    // Only quotes are taken away here: an escaped dollar sign must reach the expansion.
    if (char === escape && quote !== "'") {
      result += char + (text[i + 1] ?? '')
      i += 1
    } else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === quote) quote = ''
    else result += char
  }
  return result
}

const readHeredocs = (
  lines: readonly string[],
  start: number,
  rest: string,
  where: Where,
): { found: Heredoc[]; next: number } => {
  if (rest.startsWith('[')) return { found: [], next: start }
  const found: Heredoc[] = []
  let at = start
  for (const [, dash, quote, name = ''] of rest.matchAll(HEREDOC)) {
    const body: string[] = []
    for (; ; at++) {
      const line = lines[at]
      if (line === undefined) throw syntax(`unterminated heredoc "${name}"`, where)
      const content = dash === '-' ? line.replace(/^\t+/, '') : line
      if (content === name) break
      body.push(`${content}\n`)
    }
    at += 1
    found.push({ name, body: body.join(''), expand: quote === '' })
  }
  return { found, next: at }
}

/** Something wrong in a Dockerfile, at its place. */
export const syntax = (message: string, where: Where, hint?: string): AppError =>
  new AppError('E_BUILD_SYNTAX', `dockerfile parse error on line ${where.line}: ${message}`, {
    where,
    ...(hint === undefined ? {} : { hint }),
  })
