import { AppError } from '../../errors/app-error.ts'
import { matchesPattern } from '../../lib/matches-pattern.ts'
import type { Filters } from '../../port/common.ts'
import type { ContainerTable } from './table.ts'
import { type Container, isRunning } from './record.ts'

interface FilterInput {
  readonly container: Container
  readonly table: ContainerTable
  /** Ids and names of images that the container stands on. */
  readonly ancestors: ReadonlySet<string>
}

type Test = (input: FilterInput, value: string) => boolean

/** The filters of `GET /containers/json`: of each key one value must match, of `label` all. */
const FILTERS: Readonly<Record<string, Test>> = {
  ancestor: ({ ancestors }, value) =>
    ancestors.has(value) || [...ancestors].some((name) => name.startsWith(`sha256:${value}`)),
  before: ({ container, table }, value) => container.record.created < table.get(value).record.created,
  since: ({ container, table }, value) => container.record.created > table.get(value).record.created,
  exited: ({ container }, value) =>
    container.record.state.phase === 'exited' && container.record.state.exitCode === Number(value),
  expose: ({ container }, value) => withProtocol(value) in (container.record.config.ExposedPorts ?? {}),
  health: ({ container }, value) => (container.health?.Status ?? 'none') === value,
  id: ({ container }, value) => container.record.id.startsWith(value),
  'is-task': (_, value) => value === 'false',
  isolation: () => true,
  label: ({ container }, value) => hasLabel(container.record.config.Labels ?? {}, value),
  name: ({ container }, value) =>
    matchesPattern(value, `/${container.record.name}`) || matchesPattern(value, container.record.name),
  network: ({ container }, value) =>
    Object.entries(container.record.networkSettings.Networks).some(
      ([name, { NetworkID }]) => name === value || NetworkID === value || (NetworkID?.startsWith(value) ?? false),
    ),
  publish: ({ container }, value) => Boolean(container.record.networkSettings.Ports[withProtocol(value)]),
  status: ({ container }, value) => container.record.state.phase === value,
  volume: ({ container }, value) =>
    container.record.mounts.some(
      (mount) => mount.Name === value || mount.Source === value || mount.Destination === value,
    ),
}

/** Keys that also find containers that do not run, without `all`. */
const FINDS_ALL = ['status', 'exited', 'before', 'since']

const STATUSES = new Set(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])

export const checkFilters = (filters: Filters): void => {
  for (const key of Object.keys(filters)) {
    if (!(key in FILTERS)) throw new AppError('E_API_BAD_REQUEST', `invalid filter '${key}'`)
  }
  for (const value of filters['status'] ?? []) {
    if (!STATUSES.has(value)) throw new AppError('E_API_BAD_REQUEST', `invalid filter 'status=${value}'`)
  }
}

export const matchesFilters = (filters: Filters, input: FilterInput): boolean =>
  Object.entries(filters).every(([key, values]) => {
    const test = FILTERS[key]
    if (!test) return false
    return key === 'label' ? values.every((value) => test(input, value)) : values.some((value) => test(input, value))
  })

/** Whether a list without `all` shows the container. */
export const isListed = (container: Container, filters: Filters): boolean =>
  isRunning(container) || container.record.state.phase === 'restarting' || FINDS_ALL.some((key) => key in filters)

const withProtocol = (port: string): string => (port.includes('/') ? port : `${port}/tcp`)

const hasLabel = (labels: Readonly<Record<string, string>>, wanted: string): boolean => {
  const equals = wanted.indexOf('=')
  if (equals < 0) return wanted in labels
  return labels[wanted.slice(0, equals)] === wanted.slice(equals + 1)
}
