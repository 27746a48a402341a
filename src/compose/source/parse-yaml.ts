import {
  type Alias,
  type Document,
  type Node as YamlNode,
  type Pair,
  Scalar,
  type YAMLError,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
} from 'yaml'
import { suggest } from '../../lib/suggest.ts'
import { type Entry, type MergeTag, type Node, type Place, type SourceFile, map, scalar, seq } from '../node.ts'
import { keyPath } from '../path.ts'
import type { Report } from '../report.ts'
import { readPlainScalar } from './scalar.ts'

/** Values that aliases may multiply a file to. */
const MAX_EXPANDED = 1_000_000

/**
 * The documents of a YAML text as nodes with places. Aliases and merge keys are resolved, duplicate keys reported
 * with the line of the first, and a document whose aliases multiply beyond reason is refused before it is walked.
 */
export const parseYaml = (source: SourceFile, report: Report): Node[] => {
  const documents = parseAllDocuments(source.text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  return documents.flatMap((document) => {
    if (document.errors.length > 0) {
      for (const error of document.errors) reportSyntax(error, document, { source, report })
      return []
    }
    if (!isNode(document.contents)) return []
    const node = new Converter(source, report).document(document.contents)
    return node ? [node] : []
  })
}

const reportSyntax = (
  error: YAMLError,
  document: Document,
  { source, report }: { source: SourceFile; report: Report },
): void => {
  const [at, end] = error.pos
  const start = error.message.includes('closing') ? (openedAt(document, at) ?? at) : at
  report.error({
    code: 'E_COMPOSE_SYNTAX',
    message: `Cannot read YAML: ${syntaxDetail(error.message)}`,
    path: '',
    place: { source, start, end: start === at ? Math.max(end, at + 1) : start + 1 },
  })
}

/** Where the quoted text starts that should have been closed before an offset. */
const openedAt = (document: Document, offset: number): number | undefined => {
  let start: number | undefined
  visit(document, {
    Scalar: (_, { range, type }) => {
      const isQuoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE
      if (range && isQuoted && range[0] < offset && offset <= range[2] + 1) start = range[0]
    },
  })
  return start
}

/** The parser's message in this project's style. */
const syntaxDetail = (message: string): string => {
  if (message.startsWith('Maximum call stack')) return 'the text is nested too deeply'
  const sentence = message.replace(/\.$/, '').replace(/(closing) (['"])quote/, '$1 $2')
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

interface Anchored {
  readonly node: Node
  readonly size: number
}

/** Turns one document; the anchors seen so far are its state. */
class Converter {
  readonly #source: SourceFile
  readonly #report: Report
  readonly #anchors = new Map<string, Anchored>()
  #size = 0
  #isExhausted = false

  constructor(source: SourceFile, report: Report) {
    this.#source = source
    this.#report = report
  }

  /** Undefined after an error that leaves nothing to go on with. */
  document(contents: YamlNode): Node | undefined {
    const node = this.#convert(contents, '')
    return this.#isExhausted ? undefined : node
  }

  #convert(node: YamlNode, path: string): Node | undefined {
    if (isAlias(node)) return this.#alias(node)
    const before = this.#size
    this.#size += 1
    const plain = this.#collection(node, path)
    const tag = plain && this.#mergeTag(node, plain)
    const converted = tag && plain ? { ...plain, tag } : plain
    if (converted && 'anchor' in node && typeof node.anchor === 'string') {
      this.#anchors.set(node.anchor, { node: converted, size: this.#size - before })
    }
    return converted
  }

  #alias(alias: Alias): Node | undefined {
    const anchored = this.#anchors.get(alias.source)
    if (!anchored) {
      const guess = suggest(alias.source, this.#anchors.keys())
      const hint = guess ? `Did you mean "*${guess}"?` : `Write "&${alias.source}" where the value is`
      this.#syntax(this.#place(alias), `no anchor "${alias.source}" stands before this alias`, hint)
      return undefined
    }
    this.#size += anchored.size
    if (this.#size <= MAX_EXPANDED) return anchored.node
    if (!this.#isExhausted) {
      const detail = `aliases multiply this document to more than ${MAX_EXPANDED} values`
      this.#syntax(this.#place(alias), detail, 'Write fewer aliases of aliases')
    }
    this.#isExhausted = true
    return undefined
  }

  #collection(node: YamlNode, path: string): Node | undefined {
    const at = this.#place(node)
    if (isScalar(node)) return scalar(readScalar(node), at)
    if (isMap(node)) return map(this.#entries(node, path), at)
    if (!isSeq(node)) return undefined
    const items = node.items.flatMap((item, i) => {
      if (isPair(item)) return []
      return (isNode(item) ? this.#convert(item, `${path}[${i}]`) : scalar(null, at)) ?? []
    })
    return seq(items, at)
  }

  #entries(node: YAMLMap, path: string): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    const merged: Pair[] = []
    for (const pair of node.items) {
      const key = this.#key(pair, node)
      if (key === undefined) continue
      if (key.name === '<<' && key.plain) {
        merged.push(pair)
        continue
      }
      const first = entries.get(key.name)
      if (first) {
        this.#duplicate(keyPath(path, key.name), key.place, first.key)
        continue
      }
      const value = isNode(pair.value) ? this.#convert(pair.value, keyPath(path, key.name)) : scalar(null, key.place)
      if (value) entries.set(key.name, { key: key.place, value })
    }
    for (const pair of merged) this.#merge(entries, pair, path)
    return entries
  }

  #key(pair: Pair, parent: YAMLMap): { name: string; place: Place; plain: boolean } | undefined {
    const key = pair.key
    const node = isAlias(key) ? undefined : key
    if (isScalar(node)) {
      const plain = node.type === Scalar.PLAIN
      const value = readScalar(node)
      if (typeof value === 'string') return { name: value, place: this.#place(node), plain }
      const name = String(value)
      this.#syntax(this.#place(node), `the key ${name} is not text`, `Put it in quotes: "${name}"`)
      return undefined
    }
    this.#syntax(this.#place(isNode(key) ? key : parent), 'a key must be text', 'Write one word, or text in quotes')
    return undefined
  }

  /** Explicit keys win over merged ones, and earlier merged ones over later ones. */
  #merge(entries: Map<string, Entry>, pair: Pair, path: string): void {
    const value = isNode(pair.value) ? this.#convert(pair.value, path) : undefined
    if (!value) return
    const sources = value.kind === 'seq' ? value.items : [value]
    for (const source of sources) {
      if (source.kind !== 'map') {
        this.#syntax(
          source.at,
          'what "<<" merges must be a mapping, or a list of mappings',
          'Merge an alias: "<<: *name"',
        )
        continue
      }
      for (const [key, merged] of source.entries) if (!entries.has(key)) entries.set(key, merged)
    }
  }

  #mergeTag(node: YamlNode, plain: Node): MergeTag | undefined {
    const tag = node.tag
    if (tag === '!reset') return 'reset'
    if (tag === '!override') return 'override'
    if (tag !== undefined && tag.startsWith('!'))
      this.#syntax(plain.at, `unknown tag "${tag}"`, 'Compose knows !reset and !override')
    return undefined
  }

  #place(node: YamlNode): Place {
    const [start, end] = node.range ?? [0, 1, 1]
    return { source: this.#source, start, end }
  }

  #syntax(place: Place, detail: string, hint?: string): void {
    this.#report.error({ code: 'E_COMPOSE_SYNTAX', message: `Cannot read YAML: ${detail}`, path: '', place, hint })
  }

  #duplicate(path: string, place: Place, first: Place): void {
    const line = this.#source.text.slice(0, first.start).split('\n').length
    this.#report.error({
      code: 'E_COMPOSE_DUPLICATE_KEY',
      message: `${path}: the key is there twice: the first one is on line ${line}`,
      path,
      place,
    })
  }
}

const CORE = 'tag:yaml.org,2002:'

const readScalar = (node: Scalar): string | number | bigint | boolean | null => {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
  if (node.tag === `${CORE}str`) return text
  const isPlain = node.type === Scalar.PLAIN || node.type === undefined
  return isPlain || node.tag === `${CORE}int` || node.tag === `${CORE}float` || node.tag === `${CORE}bool`
    ? readPlainScalar(text)
    : text
}
