import type { Where } from '../errors/where.ts'

/** A file's text, and the folder that relative paths in it start from. */
export interface SourceFile {
  /** Absolute path, or `-` for standard input. */
  readonly path: string
  readonly text: string
  readonly baseDir: string
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[]
}

/** A span of a source text; every node keeps its own through all phases. */
export interface Place {
  readonly source: SourceFile
  readonly start: number
  readonly end: number
}

export type ScalarValue = string | number | bigint | boolean | null

/** `!reset` removes what earlier files say, `!override` replaces it instead of merging. */
export type MergeTag = 'reset' | 'override'

interface NodeBase {
  readonly at: Place
  readonly tag?: MergeTag
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly value: ScalarValue
}

export interface SeqNode extends NodeBase {
  readonly kind: 'seq'
  readonly items: readonly Node[]
}

export interface Entry {
  /** Place of the key. */
  readonly key: Place
  readonly value: Node
}

export interface MapNode extends NodeBase {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
}

/** The tree that all phases work on: immutable, with a place for each value. */
export type Node = ScalarNode | SeqNode | MapNode

export const scalar = (value: ScalarValue, at: Place): ScalarNode => ({ kind: 'scalar', value, at })

export const seq = (items: readonly Node[], at: Place): SeqNode => ({ kind: 'seq', items, at })

export const map = (entries: Iterable<readonly [string, Entry]>, at: Place): MapNode => ({
  kind: 'map',
  entries: new Map(entries),
  at,
})

/** Entry with the value's own place for the key. */
export const entry = (value: Node, key: Place = value.at): Entry => ({ key, value })

/** A mapping of plain values and nodes, all at one place; undefined values are left out. */
export const mapOf = (values: Readonly<Record<string, Node | ScalarValue | undefined>>, at: Place): MapNode => {
  const entries = new Map<string, Entry>()
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue
    entries.set(key, entry(isNode(value) ? value : scalar(value, at)))
  }
  return map(entries, at)
}

const isNode = (value: Node | ScalarValue): value is Node => typeof value === 'object' && value !== null

export const isNull = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === null

export const child = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? node.entries.get(key)?.value : undefined

/** The text of a string scalar. */
export const text = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined

/** The mapping with one entry set; an existing key keeps its place. */
export const withEntry = (node: MapNode, key: string, value: Node): MapNode => {
  const entries = new Map(node.entries)
  entries.set(key, { key: node.entries.get(key)?.key ?? value.at, value })
  return { ...node, entries }
}

export const withoutEntry = (node: MapNode, key: string): MapNode => {
  if (!node.entries.has(key)) return node
  const entries = new Map(node.entries)
  entries.delete(key)
  return { ...node, entries }
}

/** Entries of a mapping, none for any other node. */
export const entriesOf = (node: Node | undefined): ReadonlyMap<string, Entry> =>
  node?.kind === 'map' ? node.entries : NO_ENTRIES

const NO_ENTRIES: ReadonlyMap<string, Entry> = new Map()

export const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'seq' ? node.items : [])

/** Plain JavaScript values, as JSON has them. */
export const toPlain = (node: Node): unknown => {
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? Number(node.value) : node.value
  if (node.kind === 'seq') return node.items.map(toPlain)
  const plain: Record<string, unknown> = {}
  for (const [key, { value }] of node.entries) {
    if (key === '__proto__') Object.defineProperty(plain, key, { value: toPlain(value), enumerable: true })
    else plain[key] = toPlain(value)
  }
  return plain
}

/** File, line, column and the line's text of a place. */
export const whereOf = ({ source, start, end }: Place): Where => {
  const line = lineAt(source.lineStarts, start)
  const lineStart = source.lineStarts[line] ?? 0
  const newline = source.text.indexOf('\n', lineStart)
  const text = source.text.slice(lineStart, newline < 0 ? undefined : newline).replace(/\r$/, '')
  const length = Math.max(1, Math.min(end - start, text.length - (start - lineStart)))
  return { file: source.path, line: line + 1, column: start - lineStart + 1, text, length }
}

const lineAt = (starts: readonly number[], offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export const sourceFile = (path: string, text: string, baseDir: string): SourceFile => {
  const lineStarts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1)
  return { path, text, baseDir, lineStarts }
}
