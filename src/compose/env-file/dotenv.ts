import { TemplateError, evaluate, parseTemplate } from '../interpolate/template.ts'

/** A fault in an environment file; lines count from 1. */
export interface EnvFileFault {
  readonly line: number
  readonly message: string
}

export interface EnvFileResult {
  readonly values: Readonly<Record<string, string>>
  readonly faults: readonly EnvFileFault[]
  /** Variables that are named but set nowhere. */
  readonly unset: readonly string[]
}

type LookupFn = (name: string) => string | undefined

const KEY = /[A-Za-z0-9_.\-[\]]+/y
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  c: '\x03',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

/**
 * Reads Compose's `.env` grammar: `K=V`, `K: V`, `export K=V`, and `K` alone, which takes its value from `lookup`.
 * Single quotes are literal, double quotes know escapes, both may span lines; unquoted and double-quoted values are
 * interpolated from `lookup`, then from earlier lines. Unquoted values end at ` #`.
 */
export const parseDotenv = (source: string, lookup: LookupFn = () => undefined): EnvFileResult =>
  new DotenvReader(source, lookup).read()

class DotenvReader {
  readonly #text: string
  readonly #lookup: LookupFn
  readonly #values: Record<string, string> = Object.create(null)
  readonly #faults: EnvFileFault[] = []
  readonly #unset = new Set<string>()
  #at = 0
  /** Line that the statement at hand starts on. */
  #line = 1

  constructor(source: string, lookup: LookupFn) {
    this.#text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
    this.#lookup = lookup
  }

  read(): EnvFileResult {
    for (;;) {
      this.#skip(/(?:\s+|#[^\n]*)*/y)
      if (this.#at >= this.#text.length) break
      this.#line = this.#text.slice(0, this.#at).split('\n').length
      this.#statement()
    }
    return { values: { ...this.#values }, faults: this.#faults, unset: [...this.#unset] }
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #statement(): void {
    this.#skip(/export[ \t]+/y)
    const key = this.#skip(KEY)
    this.#skip(/[ \t]*/y)
    const next = this.#text[this.#at]
    if (key !== '' && (next === undefined || next === '\n' || next === '#')) {
      const inherited = this.#lookup(key)
      if (inherited !== undefined) this.#values[key] = inherited
      return
    }
    if (key === '' || (next !== '=' && next !== ':')) {
      const bad = key === '' || next === undefined ? this.#rest() : next
      this.#fail(`unexpected character ${JSON.stringify(bad.charAt(0))} in a variable's name`)
      return
    }
    this.#at += 1
    this.#skip(/[ \t]*/y)
    this.#values[key] = this.#value()
  }

  #value(): string {
    const quote = this.#text[this.#at]
    if (quote === "'" || quote === '"') return this.#quoted(quote)
    const line = this.#skip(/[^\n]*/y)
    return this.#fill(line.replace(/\s#.*$/, '').trimEnd())
  }

  #quoted(quote: "'" | '"'): string {
    const start = this.#at
    const body = quote === "'" ? /'((?:\\'|[^'])*)'/y : /"((?:\\[^]|[^"\\])*)"/y
    const raw = this.#skip(body)
    if (raw === '') {
      this.#at = start
      this.#fail('the quote is not closed')
      return ''
    }
    const inner = raw.slice(1, -1)
    return quote === "'" ? inner.replaceAll("\\'", "'") : unescape(inner, (text) => this.#fill(text))
  }

  #fill(text: string): string {
    if (!text.includes('$')) return text
    try {
      return evaluate(parseTemplate(text), {
        get: (name) => this.#lookup(name) ?? this.#values[name],
        unset: (name) => this.#unset.add(name),
      })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      this.#faults.push({ line: this.#line, message: error.message })
      return text
    }
  }

  #rest(): string {
    return this.#text.slice(this.#at).split('\n', 1)[0] ?? ''
  }

  /** Notes the fault and goes on with the next line. */
  #fail(message: string): void {
    this.#faults.push({ line: this.#line, message })
    this.#skip(/[^\n]*/y)
  }
}

/** Escapes become what they stand for; `\$` is a literal dollar, other text is interpolated. */
const unescape = (inner: string, fill: (text: string) => string): string => {
  const escaped = inner.replaceAll(/\\(0[0-7]{3}|[^])/g, (whole, code: string) => {
    if (code.length === 4) return String.fromCharCode(Number.parseInt(code, 8))
    if (code === '$') return '$$'
    return ESCAPES[code] ?? whole
  })
  return fill(escaped)
}
