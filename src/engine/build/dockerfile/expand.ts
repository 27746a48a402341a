/** A substitution that cannot be made; the caller knows the line. */
export class ExpandError extends Error {
  override readonly name = 'ExpandError'
}

export interface ExpandOptions {
  readonly variables: ReadonlyMap<string, string>
  readonly escape: string
}

/** Expands variables and takes quotes and escapes away; blanks stay in one word. @throws ExpandError */
export const expandWord = (text: string, options: ExpandOptions): string =>
  new Expander(text, options).words(false)[0] ?? ''

/** Like {@link expandWord}, but unquoted blanks, also those that variables bring, separate words. */
export const expandWords = (text: string, options: ExpandOptions): string[] => new Expander(text, options).words(true)

const NAME = /[A-Za-z_]\w*|\d+|[@*#?\-$!]/y

/** One pass over a text (Dockerfile reference, "Environment replacement"). */
class Expander {
  readonly #text: string
  readonly #variables: ReadonlyMap<string, string>
  readonly #escape: string
  #at = 0
  #words: string[] = []
  #word: string | undefined

  constructor(text: string, { variables, escape }: ExpandOptions) {
    this.#text = text
    this.#variables = variables
    this.#escape = escape
  }

  words(split: boolean): string[] {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? ''
      if (char === "'") this.#add(this.#singleQuoted())
      else if (char === '"') this.#add(this.#doubleQuoted())
      else if (char === '$') this.#addSplit(this.#dollar(), split)
      else if (char === this.#escape) this.#add(this.#escaped())
      else if (split && /\s/.test(char)) this.#endWord()
      else this.#add(char)
      if (!'\'"$'.includes(char) && char !== this.#escape) this.#at += 1
    }
    if (!split) return [this.#word ?? '']
    this.#endWord()
    return this.#words
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text
  }

  #addSplit(text: string, split: boolean): void {
    if (!split) return this.#add(text)
    const pieces = text.split(/\s+/)
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) this.#endWord()
      if (piece !== '') this.#add(piece)
    }
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word)
    this.#word = undefined
  }

  #escaped(): string {
    const next = this.#text[this.#at + 1]
    this.#at += 2
    return next ?? ''
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1)
    if (end < 0) throw new ExpandError('unexpected end of statement while looking for matching single-quote')
    const inner = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    return inner
  }

  #doubleQuoted(): string {
    let inner = ''
    this.#at += 1
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined)
        throw new ExpandError('unexpected end of statement while looking for matching double-quote')
      if (char === '"') break
      if (char === '$') inner += this.#dollar()
      else if (char === this.#escape) {
        const next = this.#text[this.#at + 1] ?? ''
        // Between quotes only these lose their backslash.
        inner += next === '"' || next === '$' || next === this.#escape ? next : char + next
        this.#at += 2
      } else {
        inner += char
        this.#at += 1
      }
    }
    this.#at += 1
    return inner
  }

  /** At a dollar sign: the value of what follows it, or the sign itself. */
  #dollar(): string {
    this.#at += 1
    if (this.#text[this.#at] === '{') return this.#braces()
    const name = this.#name()
    return name === undefined ? '$' : (this.#variables.get(name) ?? '')
  }

  #name(): string | undefined {
    NAME.lastIndex = this.#at
    const [name] = NAME.exec(this.#text) ?? []
    if (name !== undefined) this.#at += name.length
    return name
  }

  #braces(): string {
    this.#at += 1
    const name = this.#name()
    if (name === undefined) throw new ExpandError('bad substitution')
    const value = this.#variables.get(name)
    const colon = this.#text[this.#at] === ':' ? ':' : ''
    this.#at += colon.length
    const operator = this.#text[this.#at] ?? ''
    if (operator === '}' && colon === '') {
      this.#at += 1
      return value ?? ''
    }
    if (!'-+?'.includes(operator) || operator === '') {
      throw new ExpandError(
        operator === '' ? 'syntax error: missing "}"' : `unsupported modifier (${colon}${operator}) in substitution`,
      )
    }
    this.#at += 1
    const word = this.#untilBrace()
    const isSet = value !== undefined && (colon === '' || value !== '')
    if (operator === '-') return isSet ? value : word
    if (operator === '+') return isSet ? word : ''
    if (isSet) return value
    throw new ExpandError(`${name}: ${word || (colon ? 'not allowed to be empty' : 'not allowed to be unset')}`)
  }

  /** The word of an operator, itself expanded, up to the brace that closes it. */
  #untilBrace(): string {
    let word = ''
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) throw new ExpandError('syntax error: missing "}"')
      if (char === '}') break
      if (char === '$') word += this.#dollar()
      else if (char === "'") word += this.#singleQuoted()
      else if (char === '"') word += this.#doubleQuoted()
      else if (char === this.#escape) word += this.#escaped()
      else {
        word += char
        this.#at += 1
      }
    }
    this.#at += 1
    return word
  }
}
