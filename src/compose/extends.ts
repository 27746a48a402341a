import { suggest } from '../lib/suggest.ts'
import { mergeService } from './merge/merge.ts'
import { type MapNode, type Node, child, entriesOf, isNull, text, withEntry, withoutEntry } from './node.ts'
import { keyPath } from './path.ts'
import type { Report } from './report.ts'
import { resolvePath } from './resolve-path.ts'

export interface ExtendsContext {
  readonly report: Report
  /**
   * The document of another file, interpolated; its relative paths start at its own folder.
   * Undefined when there is no such file, or nothing in it that can be read; the latter has then been reported.
   */
  readonly loadFile: (path: string) => Promise<Node | undefined>
  readonly home: string
}

/** Replaces `extends` by what it inherits: the base comes first, and may itself extend. */
export const applyExtends = async (root: Node, context: ExtendsContext): Promise<Node> => {
  const services = child(root, 'services')
  if (root.kind !== 'map' || services?.kind !== 'map') return root
  let next: MapNode = services
  for (const [name, { value }] of services.entries) {
    if (!child(value, 'extends')) continue
    const extended = await extend({ name, service: value }, { root, chain: [], context })
    if (extended) next = withEntry(next, name, extended)
  }
  return next === services ? root : withEntry(root, 'services', next)
}

/** A service on the way along a chain of `extends`. */
interface Link {
  readonly name: string
  readonly service: Node
}

interface Walk {
  /** The document that names are looked up in. */
  readonly root: Node
  readonly chain: readonly Link[]
  readonly context: ExtendsContext
}

const extend = async (link: Link, { root, chain, context }: Walk): Promise<Node | undefined> => {
  const { service } = link
  const reference = child(service, 'extends')
  if (service.kind !== 'map' || !reference || isNull(reference) || reference.tag === 'reset') return service
  const start = chain.findIndex((other) => isSame(other, link))
  if (start >= 0) return reportCircle(chain.slice(start), context.report)
  const base = await findBase(link, reference, { root, chain, context })
  if (!base) return undefined
  const whole = await extend(base.link, { root: base.root, chain: [...chain, link], context })
  return whole && mergeService(whole, withoutEntry(service, 'extends'), servicePath(link), context.report)
}

const servicePath = ({ name }: Link): string => keyPath('services', name)

const fileOf = ({ service }: Link): string => service.at.source.path

const isSame = (one: Link, other: Link): boolean => one.name === other.name && fileOf(one) === fileOf(other)

/** Reported at the first of its members by name, so that a circle is one finding wherever it is entered. */
const reportCircle = (circle: readonly Link[], report: Report): undefined => {
  const names = circle.map(({ name }) => name)
  const first = names.indexOf(names.toSorted()[0] ?? '')
  const turned = [...circle.slice(first), ...circle.slice(0, first + 1)]
  const isOneFile = circle.every((link) => fileOf(link) === fileOf(circle[0] ?? link))
  const chain = turned.map((link) => (isOneFile ? link.name : `${link.name} (${fileOf(link)})`)).join(' → ')
  const [link] = turned
  if (!link) return undefined
  const path = keyPath(servicePath(link), 'extends')
  report.error({
    code: 'E_COMPOSE_EXTENDS',
    message: `${path}: services extend each other in a circle: ${chain}`,
    path,
    place: (child(link.service, 'extends') ?? link.service).at,
    hint: 'Remove one of the named "extends"',
  })
  return undefined
}

interface Base {
  readonly link: Link
  readonly root: Node
}

const findBase = async (link: Link, reference: Node, { root, context }: Walk): Promise<Base | undefined> => {
  const { report, loadFile, home } = context
  const path = keyPath(servicePath(link), 'extends')
  const name = text(reference) ?? text(child(reference, 'service'))
  if (name === undefined) return undefined
  const fileNode = child(reference, 'file')
  const file = text(fileNode)
  let baseRoot: Node | undefined = root
  if (fileNode && file !== undefined) {
    const absolute = resolvePath(file, fileNode.at.source.baseDir, home)
    const before = report.errors.length
    baseRoot = await loadFile(absolute)
    if (!baseRoot) {
      if (report.errors.length > before) return undefined
      const message = `${path}: cannot read "${absolute}"`
      report.error({ code: 'E_COMPOSE_UNREADABLE', message, path, place: fileNode.at })
      return undefined
    }
  }
  const services = child(baseRoot, 'services')
  const service = child(services, name)
  if (service) return { link: { name, service }, root: baseRoot }
  const guess = suggest(name, entriesOf(services).keys())
  report.error({
    code: 'E_COMPOSE_EXTENDS',
    message: `${path}: service "${name}" is not in ${file ?? 'this file'}`,
    path,
    place: (child(reference, 'service') ?? reference).at,
    hint: guess && `Did you mean "${guess}"?`,
  })
  return undefined
}
