import {
  type Entry,
  type MapNode,
  type Node,
  child,
  entriesOf,
  entry,
  isNull,
  itemsOf,
  map,
  scalar,
  text,
  withEntry,
  withoutEntry,
} from './node.ts'
import { parseDotenv } from './env-file/dotenv.ts'
import { parseRawEnvFile } from './env-file/raw-env-file.ts'
import { reportEnvFile } from './env-file/report-env-file.ts'
import { itemPath, keyPath } from './path.ts'
import type { Report } from './report.ts'

export interface EnvironmentContext {
  readonly environment: Readonly<Record<string, string>>
  readonly report: Report
  /** The text of a file, undefined when there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>
}

type Lookup = (name: string) => string | undefined

/**
 * Gives variables their values: names without one take the project environment's, env_file is merged under
 * `environment`, label_file under `labels`; build arguments without a value are dropped.
 */
export const resolveEnvironment = async (root: Node, context: EnvironmentContext): Promise<Node> => {
  const services = child(root, 'services')
  if (root.kind !== 'map' || services?.kind !== 'map') return root
  const entries = new Map<string, Entry>()
  for (const [name, { key, value }] of services.entries) {
    const path = keyPath('services', name)
    const service = value.kind === 'map' ? await resolveService(value, path, context) : value
    entries.set(name, entry(resolveArguments(service, context), key))
  }
  return withEntry(root, 'services', { ...services, entries })
}

const resolveService = async (service: MapNode, path: string, context: EnvironmentContext): Promise<MapNode> => {
  const fromProject: Lookup = (name) => lookUp(context.environment, name)
  const own = fillNames(child(service, 'environment'), fromProject)
  const ownValue: Lookup = (name) => fromProject(name) ?? text(own?.entries.get(name)?.value)
  const ofFiles = await readFiles(service, 'env_file', path, { ...context, lookup: ownValue })
  const labels = await readFiles(service, 'label_file', path, { ...context, lookup: fromProject })
  let next = withoutEntry(withoutEntry(service, 'env_file'), 'label_file')
  if (ofFiles || own) next = withEntry(next, 'environment', over(ofFiles, own, service))
  if (labels) next = withEntry(next, 'labels', over(labels, child(service, 'labels'), service))
  return next
}

const over = (base: ReadonlyMap<string, Entry> | undefined, top: Node | undefined, service: Node): MapNode =>
  map([...(base ?? []), ...entriesOf(top)], top?.at ?? service.at)

const fillNames = (node: Node | undefined, lookup: Lookup): MapNode | undefined => {
  if (node?.kind !== 'map') return undefined
  const entries = [...node.entries].map(([key, { key: place, value }]) => {
    const found = isNull(value) ? lookup(key) : undefined
    return [key, entry(found === undefined ? value : scalar(found, value.at), place)] as const
  })
  return map(entries, node.at)
}

const resolveArguments = (service: Node, { environment }: EnvironmentContext): Node => {
  const build = child(service, 'build')
  const args = fillNames(child(build, 'args'), (name) => lookUp(environment, name))
  if (service.kind !== 'map' || build?.kind !== 'map' || !args) return service
  const known = [...args.entries].filter(([, { value }]) => !isNull(value))
  return withEntry(service, 'build', withEntry(build, 'args', map(known, args.at)))
}

const lookUp = (environment: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined

interface FileContext extends EnvironmentContext {
  readonly lookup: Lookup
}

/** The variables of a service's files, later files over earlier ones; undefined when it names none. */
const readFiles = async (
  service: MapNode,
  attribute: string,
  path: string,
  context: FileContext,
): Promise<ReadonlyMap<string, Entry> | undefined> => {
  const files = itemsOf(child(service, attribute))
  if (files.length === 0) return undefined
  const values = new Map<string, Entry>()
  for (const [i, file] of files.entries()) {
    const found = await readOne(file, itemPath(keyPath(path, attribute), i), context)
    for (const [key, value] of Object.entries(found)) values.set(key, entry(scalar(value, file.at)))
  }
  return values
}

const readOne = async (file: Node, path: string, context: FileContext): Promise<Readonly<Record<string, string>>> => {
  const { report, lookup } = context
  const name = text(file) ?? text(child(file, 'path')) ?? ''
  const source = await context.readFile(name)
  if (source === undefined) {
    const required = child(file, 'required')
    if (required?.kind === 'scalar' && required.value === false) return {}
    report.error({ code: 'E_COMPOSE_UNREADABLE', message: `${path}: cannot read "${name}"`, path, place: file.at })
    return {}
  }
  const isRaw = text(child(file, 'format')) === 'raw'
  const result = isRaw ? parseRawEnvFile(source, lookup) : parseDotenv(source, lookup)
  reportEnvFile(result, { path: name, text: source }, report)
  return result.values
}
