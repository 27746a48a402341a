/** Words of a command line, or what is wrong with it. */
export interface ShellWords {
  readonly words: readonly string[]
  /** The unquoted shell operator that reading stopped at, with the rest of the text. */
  readonly cut?: string
}

const SPACE = new Set([' ', '\t', '\r', '\n'])
const OPERATORS = new Set([';', '&', '|', '<', '>'])

/**
 * Splits a command line as Compose does: quotes and backslashes work as in a shell, nothing is expanded, `$(…)` and
 * backquotes stay as text, and an unquoted `; & | < >` ends the command. Undefined for an unfinished quote or a
 * stray parenthesis.
 */
export const shellWords = (line: string): ShellWords | undefined => {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | '`' | ')' | undefined
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i)
    if (quote === "'") {
      if (char === "'") quote = undefined
      else word += char
    } else if (char === '\\') {
      i += 1
      if (i >= line.length) return undefined
      word = (word ?? '') + line.charAt(i)
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined
      if (char !== '"' || quote === ')' || quote === '`') word = (word ?? '') + (char === '"' ? '' : char)
    } else if (SPACE.has(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (OPERATORS.has(char)) {
      const isDescriptor = char === '>' && word !== undefined && /^\d/.test(word)
      if (word !== undefined && !isDescriptor) words.push(word)
      return { words, cut: line.slice(i) }
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (char === '`') {
      quote = char
      word = (word ?? '') + char
    } else if (char === '(') {
      if (!word?.endsWith('$')) return undefined
      quote = ')'
      word += char
    } else if (char === ')') {
      return undefined
    } else {
      word = (word ?? '') + char
    }
  }
  if (quote !== undefined) return undefined
  return { words: word === undefined ? words : [...words, word] }
}
