import { suggest } from '../../lib/suggest.ts'
import { type MapNode, type Node, type Place, child, entriesOf, itemsOf, text } from '../node.ts'
import { itemPath, keyPath } from '../path.ts'
import type { Report } from '../report.ts'
import { serviceReferences } from '../service-references.ts'

/** A service under check, with the project around it. */
interface Subject {
  readonly name: string
  readonly service: MapNode
  /** Place of the service's name. */
  readonly key: Place
  readonly path: string
  readonly root: Node
  /** Services that exist, but whose profiles are not active. */
  readonly disabled: MapNode
  readonly report: Report
}

type Check = (subject: Subject) => void

const conflict = ({ report }: Subject, path: string, place: Place, message: string, hint?: string): void =>
  report.error({ code: 'E_COMPOSE_CONFLICT', message: `${path}: ${message}`, path, place, hint })

const hasImage: Check = (subject) => {
  const { service, path, key, report } = subject
  if (['image', 'build', 'extends'].some((key) => child(service, key)) || report.isDamaged(path)) return
  conflict(subject, path, key, 'the service has neither an image nor a build context', 'Add "image" or "build"')
}

const networkMode: Check = (subject) => {
  const mode = child(subject.service, 'network_mode')
  if (!text(mode) || !mode || entriesOf(child(subject.service, 'networks')).size === 0) return
  const path = keyPath(subject.path, 'network_mode')
  conflict(subject, path, mode.at, '`network_mode` and `networks` exclude each other')
}

const scaleWithName: Check = (subject) => {
  const name = child(subject.service, 'container_name')
  const scale = child(subject.service, 'scale') ?? child(child(subject.service, 'deploy'), 'replicas')
  if (!name || scale?.kind !== 'scalar' || Number(scale.value) <= 1) return
  const message = `${String(scale.value)} containers cannot all have the container_name "${text(name) ?? ''}"`
  conflict(
    subject,
    keyPath(subject.path, 'container_name'),
    name.at,
    message,
    'Remove container_name, or run one container',
  )
}

/** Attributes that say the same in two places. */
const TWINS: readonly (readonly [string, readonly string[]])[] = [
  ['scale', ['deploy', 'replicas']],
  ['cpus', ['deploy', 'resources', 'limits', 'cpus']],
  ['mem_limit', ['deploy', 'resources', 'limits', 'memory']],
  ['mem_reservation', ['deploy', 'resources', 'reservations', 'memory']],
  ['pids_limit', ['deploy', 'resources', 'limits', 'pids']],
]

const twins: Check = (subject) => {
  for (const [attribute, keys] of TWINS) {
    const one = child(subject.service, attribute)
    let other: Node | undefined = subject.service
    for (const key of keys) other = child(other, key)
    if (one?.kind !== 'scalar' || other?.kind !== 'scalar' || one.value === other.value) continue
    const path = keyPath(subject.path, attribute)
    conflict(subject, path, one.at, `can't set distinct values on '${attribute}' and '${keys.join('.')}'`)
  }
}

const mountTargets: Check = (subject) => {
  const seen = new Map<string, string>()
  const mounts = (['volumes', 'tmpfs', 'configs', 'secrets'] as const).flatMap((attribute) =>
    itemsOf(child(subject.service, attribute)).map((item, i) => ({
      item,
      path: itemPath(keyPath(subject.path, attribute), i),
      target: MOUNT_TARGET[attribute](item),
    })),
  )
  for (const { item, path, target } of mounts) {
    const first = seen.get(target)
    if (first === undefined) seen.set(target, path)
    else conflict(subject, path, item.at, `"${target}" is already mounted by ${first}`)
  }
}

const MOUNT_TARGET = {
  volumes: (item: Node): string => text(child(item, 'target')) ?? '',
  tmpfs: (item: Node): string => text(item)?.split(':', 1)[0] ?? '',
  configs: (item: Node): string => text(child(item, 'target')) ?? `/${text(child(item, 'source')) ?? ''}`,
  secrets: (item: Node): string => {
    const target = text(child(item, 'target')) ?? ''
    return target.startsWith('/') ? target : `/run/secrets/${target}`
  },
}

const startInterval: Check = (subject) => {
  const health = child(subject.service, 'healthcheck')
  const interval = child(health, 'start_interval')
  if (!interval || child(health, 'start_period')) return
  const path = keyPath(keyPath(subject.path, 'healthcheck'), 'start_interval')
  conflict(subject, path, interval.at, 'it needs a start_period', 'Add a start_period')
}

const undefinedResource = (subject: Subject, path: string, place: Place, kind: string, name: string): void => {
  if (subject.report.isDamaged(keyPath(kind, name))) return
  const declared = [...entriesOf(child(subject.root, kind)).keys()]
  const guess = suggest(name, declared)
  subject.report.error({
    code: 'E_COMPOSE_REFERENCE',
    message: `${path}: ${kind.slice(0, -1)} "${name}" is not declared`,
    path,
    place,
    hint: guess ? `Did you mean "${guess}"?` : `Declare it under the top-level "${kind}"`,
  })
}

const resources: Check = (subject) => {
  const { service, root } = subject
  const isDeclared = (kind: string, name: string): boolean => entriesOf(child(root, kind)).has(name)
  for (const [name, { key }] of entriesOf(child(service, 'networks'))) {
    const path = keyPath(keyPath(subject.path, 'networks'), name)
    if (!isDeclared('networks', name)) undefinedResource(subject, path, key, 'networks', name)
  }
  for (const kind of ['volumes', 'configs', 'secrets']) {
    for (const [i, item] of itemsOf(child(service, kind)).entries()) {
      const source = child(item, 'source')
      const name = text(source)
      if (!source || !name || (kind === 'volumes' && text(child(item, 'type')) !== 'volume')) continue
      const path = itemPath(keyPath(subject.path, kind), i)
      if (!isDeclared(kind, name)) undefinedResource(subject, path, source.at, kind, name)
    }
  }
}

const undefinedService = (subject: Subject, path: string, place: Place, name: string): void => {
  const declared = entriesOf(child(subject.root, 'services'))
  const disabled = subject.disabled.entries.get(name)?.value
  if (declared.has(name) || subject.report.isDamaged(keyPath('services', name))) return
  const guess = suggest(
    name,
    [...declared.keys()].filter((other) => other !== subject.name),
  )
  const profiles = itemsOf(child(disabled, 'profiles')).map((item) => text(item) ?? '')
  subject.report.error({
    code: 'E_COMPOSE_REFERENCE',
    message: disabled
      ? `${path}: service "${subject.name}" needs service "${name}", whose profiles are not active`
      : `${path}: service "${name}" is not declared`,
    path,
    place,
    hint: disabled
      ? `Activate it with --profile ${profiles[0] ?? ''}, or make the dependency "required: false"`
      : guess
        ? `Did you mean "${guess}"?`
        : 'Declare it under "services"',
  })
}

const services: Check = (subject) => {
  for (const reference of serviceReferences(subject.service, subject.path)) {
    if (reference.service === subject.name) {
      conflict(subject, reference.path, reference.place, 'a service cannot need itself', 'Remove it')
    } else undefinedService(subject, reference.path, reference.place, reference.service)
  }
  for (const [name, { key, value }] of entriesOf(child(subject.service, 'depends_on'))) {
    const path = keyPath(keyPath(subject.path, 'depends_on'), name)
    if (name === subject.name) conflict(subject, path, key, 'a service cannot need itself', 'Remove it')
    else if (!isOptional(value) || !subject.disabled.entries.has(name)) undefinedService(subject, path, key, name)
  }
}

const isOptional = (dependency: Node): boolean => {
  const required = child(dependency, 'required')
  return required?.kind === 'scalar' && required.value === false
}

const reservedLabels: Check = (subject) => {
  for (const [label, { key }] of entriesOf(child(subject.service, 'labels'))) {
    if (!label.startsWith('com.docker.compose.')) continue
    const path = keyPath(keyPath(subject.path, 'labels'), label)
    conflict(subject, path, key, 'labels that start with "com.docker.compose." are reserved', 'Choose another name')
  }
}

const CHECKS: readonly Check[] = [
  hasImage,
  networkMode,
  scaleWithName,
  twins,
  mountTargets,
  startInterval,
  resources,
  services,
  reservedLabels,
]

/** Finds what no single attribute shows: undefined references and values that exclude each other. */
export const checkProject = (root: Node, disabled: MapNode, report: Report): void => {
  const all = entriesOf(child(root, 'services'))
  for (const [name, { key, value }] of all) {
    if (value.kind !== 'map') continue
    const subject = { name, service: value, key, path: keyPath('services', name), root, disabled, report }
    for (const check of CHECKS) check(subject)
  }
  checkContainerNames(all, report)
  checkFileObjects(root, report)
}

const checkContainerNames = (services: ReturnType<typeof entriesOf>, report: Report): void => {
  const owners = new Map<string, string>()
  for (const [name, { value }] of services) {
    const node = child(value, 'container_name')
    const containerName = text(node)
    if (!node || containerName === undefined) continue
    const path = keyPath(keyPath('services', name), 'container_name')
    const owner = owners.get(containerName)
    if (owner === undefined) owners.set(containerName, name)
    else {
      const message = `${path}: "${containerName}" is already the container name of service "${owner}"`
      report.error({ code: 'E_COMPOSE_CONFLICT', message, path, place: node.at })
    }
  }
}

const FILE_SOURCES = { configs: ['file', 'environment', 'content'], secrets: ['file', 'environment'] } as const

const checkFileObjects = (root: Node, report: Report): void => {
  for (const [kind, sources] of Object.entries(FILE_SOURCES)) {
    for (const [name, { key, value }] of entriesOf(child(root, kind))) {
      const path = keyPath(kind, name)
      if (child(value, 'external') || report.isDamaged(path)) continue
      const set = sources.filter((source) => child(value, source))
      if (set.length === 1) continue
      const message =
        set.length === 0 ? `one of ${sources.join(', ')} must be set` : `${set.join(' and ')} exclude each other`
      const hint = set.length === 0 ? 'Add one, or "external: true"' : undefined
      report.error({ code: 'E_COMPOSE_CONFLICT', message: `${path}: ${message}`, path, place: key, hint })
    }
  }
}
