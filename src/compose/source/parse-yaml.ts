import {
  type Alias,
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
} from 'yaml'
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
      for (const error of document.errors) reportSyntax(error, source, report)
      return []
    }
    if (!isNode(document.contents)) return []
    const node = new Converter(source, report).convert(document.contents, '')
    return node ? [node] : []
  })
}

const reportSyntax = (error: YAMLError, source: SourceFile, report: Report): void =>
  report.error({
    code: 'E_COMPOSE_SYNTAX',
    message: `Cannot read YAML: ${lowerFirst(error.message)}`,
    path: '',
    place: { source, start: error.pos[0], end: Math.max(error.pos[1], error.pos[0] + 1) },
  })

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')

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

  constructor(source: SourceFile, report: Report) {
    this.#source = source
    this.#report = report
  }

  /** Undefined after an error that leaves nothing to go on with. */
  convert(node: YamlNode, path: string): Node | undefined {
    if (isAlias(node)) return this.#alias(node, path)
    const before = this.#size
    this.#size += 1
    const plain = this.#collection(node, path)
    const tag = plain && this.#mergeTag(node, plain, path)
    const converted = tag && plain ? { ...plain, tag } : plain
    if (converted && 'anchor' in node && typeof node.anchor === 'string') {
      this.#anchors.set(node.anchor, { node: converted, size: this.#size - before })
    }
    return converted
  }

  #alias(alias: Alias, path: string): Node | undefined {
    const anchored = this.#anchors.get(alias.source)
    if (!anchored) {
      this.#syntax(path, this.#place(alias), `no anchor "${alias.source}" stands before this alias`)
      return undefined
    }
    this.#size += anchored.size
    if (this.#size > MAX_EXPANDED) {
      this.#syntax(path, this.#place(alias), `aliases multiply this document to more than ${MAX_EXPANDED} values`)
      return undefined
    }
    return anchored.node
  }

  #collection(node: YamlNode, path: string): Node | undefined {
    const at = this.#place(node)
    if (isScalar(node)) return scalar(readScalar(node), at)
    if (isMap(node)) return map(this.#entries(node, path), at)
    if (!isSeq(node)) return undefined
    const items = node.items.flatMap((item, i) => {
      if (isPair(item)) return []
      return (isNode(item) ? this.convert(item, `${path}[${i}]`) : scalar(null, at)) ?? []
    })
    return seq(items, at)
  }

  #entries(node: YAMLMap, path: string): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    const merged: Pair[] = []
    for (const pair of node.items) {
      const key = this.#key(pair, path, node)
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
      const value = isNode(pair.value) ? this.convert(pair.value, keyPath(path, key.name)) : scalar(null, key.place)
      if (value) entries.set(key.name, { key: key.place, value })
    }
    for (const pair of merged) this.#merge(entries, pair, path)
    return entries
  }

  #key(pair: Pair, path: string, parent: YAMLMap): { name: string; place: Place; plain: boolean } | undefined {
    const key = pair.key
    const node = isAlias(key) ? undefined : key
    if (isScalar(node)) {
      const plain = node.type === Scalar.PLAIN
      const value = readScalar(node)
      if (typeof value === 'string') return { name: value, place: this.#place(node), plain }
      this.#syntax(path, this.#place(node), `the key ${String(value)} is not text: put it in quotes`)
      return undefined
    }
    this.#syntax(path, this.#place(isNode(key) ? key : parent), 'a key must be text')
    return undefined
  }

  /** Explicit keys win over merged ones, and earlier merged ones over later ones. */
  #merge(entries: Map<string, Entry>, pair: Pair, path: string): void {
    const value = isNode(pair.value) ? this.convert(pair.value, path) : undefined
    if (!value) return
    const sources = value.kind === 'seq' ? value.items : [value]
    for (const source of sources) {
      if (source.kind !== 'map') {
        this.#syntax(path, source.at, 'what "<<" merges must be a mapping, or a list of mappings')
        continue
      }
      for (const [key, merged] of source.entries) if (!entries.has(key)) entries.set(key, merged)
    }
  }

  #mergeTag(node: YamlNode, plain: Node, path: string): MergeTag | undefined {
    const tag = node.tag
    if (tag === '!reset') return 'reset'
    if (tag === '!override') return 'override'
    if (tag !== undefined && tag.startsWith('!')) this.#syntax(path, plain.at, `unknown tag "${tag}"`)
    return undefined
  }

  #place(node: YamlNode): Place {
    const [start, end] = node.range ?? [0, 1, 1]
    return { source: this.#source, start, end }
  }

  #syntax(path: string, place: Place, detail: string): void {
    this.#report.error({ code: 'E_COMPOSE_SYNTAX', message: `Cannot read YAML: ${detail}`, path, place })
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
