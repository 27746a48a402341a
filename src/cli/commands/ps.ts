import type { ContainerStatus } from '../../port/containers.ts'
import { CONTAINER_FORMAT, containerRow } from '../render/container-row.ts'
import { cleanLine } from '../render/clean.ts'
import { formatRows } from '../render/format-rows.ts'
import { findTarget, listContainers, ofServices, type Target, type ProjectContainer } from '../target.ts'
import { usageError } from '../usage-error.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

const STATES: readonly ContainerStatus[] = ['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited']

export const ps = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    all: {
      kind: 'boolean',
      short: 'a',
      help: 'Show all stopped containers (including those created by the run command)',
    },
    filter: { kind: 'list', placeholder: 'string', help: 'Filter services by a property (supported filters: status)' },
    format: {
      kind: 'string',
      default: 'table',
      help: "Format output: 'table', 'table TEMPLATE', 'json' (one object a line), or a Go template",
    },
    noTrunc: { kind: 'boolean', help: "Don't truncate output" },
    orphans: { kind: 'boolean', default: true, help: 'Include orphaned services (not declared by project)' },
    quiet: { kind: 'boolean', short: 'q', help: 'Only display IDs' },
    services: { kind: 'boolean', help: 'Display services' },
    status: { kind: 'list', help: `Filter services by status. Values: [${STATES.join(' | ')}]` },
  },
  async run(cx, options, services) {
    const states = [...options.status, ...options.filter.map(statusFilter)]
    const target = await findTarget(cx, services)
    const found = ofServices(await listContainers(cx, target.name), services, target)
    const shown = found.filter(
      (container) =>
        isWanted(container, { states, all: options.all }) && (options.orphans || isDeclared(container, target)),
    )
    if (options.quiet) return shown.map(({ id }) => `${id}\n`).join('')
    if (options.services) {
      const names = [...new Set(shown.map(({ service }) => cleanLine(service)))]
      return `${names.join('\n')}\n`
    }
    const rows = shown.map((container) => containerRow(container, { trunc: !options.noTrunc, now: Date.now() }))
    return formatRows(rows, options.format, CONTAINER_FORMAT)
  },
})

const isWanted = (
  { summary, oneOff }: ProjectContainer,
  { states, all }: { readonly states: readonly string[]; readonly all: boolean },
): boolean => {
  if (states.length > 0) return states.includes(summary.State)
  return all || (!oneOff && ['running', 'paused', 'restarting'].includes(summary.State))
}

const isDeclared = ({ service }: ProjectContainer, { project }: Target): boolean =>
  project === undefined || service in project.model.services

const statusFilter = (text: string): string => {
  const [key = '', value] = text.split('=')
  if (value === undefined) throw usageError('arguments to --filter should be in form KEY=VAL')
  if (key !== 'status') throw usageError(`unknown filter ${key}`, 'The only filter is status')
  return value
}
