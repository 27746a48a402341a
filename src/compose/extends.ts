import { type MapNode, type Node, child, entriesOf, isNull, text, withEntry, withoutEntry } from './node.ts'
import { keyPath } from './path.ts'
import { mergeService } from './merge/merge.ts'
import type { Report } from './report.ts'
import { suggest } from '../lib/suggest.ts'
import { resolvePath } from './resolve-path.ts'

export interface ExtendsContext {
  readonly report: Report
  /**
   * The document of another file, interpolated; its relative paths start at its own folder.
   * Undefined when there is no such file; what is wrong inside has then been reported.
   */
  readonly loadFile: (path: string) => Promise<Node | undefined>
  readonly home: string
}

/** A service on the way along a chain of `extends`. */
interface Link {
  readonly name: string
  readonly file: string
}

/** Replaces `extends` by what it inherits: the base comes first, and may itself extend. */
export const applyExtends = async (root: Node, context: ExtendsContext): Promise<Node> => {
  const services = child(root, 'services')
  if (root.kind !== 'map' || services?.kind !== 'map') return root
  let next: MapNode = services
  for (const [name, { value }] of services.entries) {
    if (!child(value, 'extends')) continue
    const extended = await extend(value, { name, file: value.at.source.path }, { root, chain: [], context })
    if (extended) next = withEntry(next, name, extended)
  }
  return next === services ? root : withEntry(root, 'services', next)
}

interface Walk {
  readonly root: Node
  readonly chain: readonly Link[]
  readonly context: ExtendsContext
}

const extend = async (service: Node, link: Link, walk: Walk): Promise<Node | undefined> => {
  const { context, chain } = walk
  const extendsNode = child(service, 'extends')
  if (service.kind !== 'map' || !extendsNode || isNull(extendsNode) || extendsNode.tag === 'reset') return service
  const path = keyPath(keyPath('services', link.name), 'extends')
  const wanted = text(extendsNode) ?? text(child(extendsNode, 'service'))
  if (wanted === undefined) return service
  const nextChain = [...chain, link]
  const circle = chain.findIndex((other) => other.name === link.name && other.file === link.file)
  if (circle >= 0) {
    const names = nextChain.slice(circle).map(({ name, file }) => `${name} (${file})`)
    context.report.error({
      code: 'E_COMPOSE_EXTENDS',
      message: `${path}: services extend each other in a circle: ${names.join(' → ')}`,
      path,
      place: extendsNode.at,
    })
    return undefined
  }
  const fileNode = child(extendsNode, 'file')
  const base = await findBase(wanted, { path, extendsNode, fileNode }, walk)
  if (!base) return undefined
  const whole = await extend(
    base.service,
    { name: wanted, file: base.service.at.source.path },
    {
      root: base.root,
      chain: nextChain,
      context,
    },
  )
  const own = withoutEntry(service, 'extends')
  return whole && mergeService(whole, own, keyPath('services', link.name), context.report)
}

interface Reference {
  readonly path: string
  readonly extendsNode: Node
  readonly fileNode: Node | undefined
}

const findBase = async (
  wanted: string,
  { path, extendsNode, fileNode }: Reference,
  { root, context }: Walk,
): Promise<{ service: Node; root: Node } | undefined> => {
  const { report, loadFile, home } = context
  const file = text(fileNode)
  let baseRoot: Node | undefined = root
  if (fileNode && file !== undefined) {
    const absolute = resolvePath(file, fileNode.at.source.baseDir, home)
    baseRoot = await loadFile(absolute)
    if (!baseRoot) {
      const message = `${path}: cannot read "${absolute}"`
      report.error({ code: 'E_COMPOSE_UNREADABLE', message, path, place: fileNode.at })
      return undefined
    }
  }
  const services = child(baseRoot, 'services')
  const service = child(services, wanted)
  if (service) return { service, root: baseRoot }
  const guess = suggest(wanted, entriesOf(services).keys())
  report.error({
    code: 'E_COMPOSE_EXTENDS',
    message: `${path}: service "${wanted}" is not in ${file ?? 'this file'}`,
    path,
    place: (child(extendsNode, 'service') ?? extendsNode).at,
    ...(guess ? { hint: `Did you mean "${guess}"?` } : {}),
  })
  return undefined
}
