import type { ContainerSummary } from '../../port/containers.ts'
import { NO_ARGS } from '../commands/compose-command.ts'
import { engineCommand } from '../engine-context.ts'
import { readFilters } from '../options/filters.ts'
import { type RowFormat, formatRows } from '../render/format-rows.ts'
import type { TemplateRow } from '../render/go-template.ts'
import { goTime, humanDuration } from '../render/human-time.ts'
import { ellipsis } from '../render/ellipsis.ts'
import { printPorts } from '../render/ports.ts'

const COMMAND_WIDTH = 20

const FORMAT: RowFormat = {
  fields: [
    'Command',
    'CreatedAt',
    'ID',
    'Image',
    'Labels',
    'Names',
    'Networks',
    'Ports',
    'RunningFor',
    'State',
    'Status',
  ],
  columns: [
    ['CONTAINER ID', 'ID'],
    ['IMAGE', 'Image'],
    ['COMMAND', 'Command'],
    ['CREATED', 'RunningFor'],
    ['STATUS', 'Status'],
    ['PORTS', 'Ports'],
    ['NAMES', 'Names'],
  ],
}

export const ps = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: {
    all: { kind: 'boolean', short: 'a', help: 'Show all containers (default shows just running)' },
    filter: { kind: 'list', short: 'f', help: 'Filter output based on conditions provided' },
    format: { kind: 'string', default: 'table', help: "Format output: 'table', 'json', or a Go template" },
    noTrunc: { kind: 'boolean', help: "Don't truncate output" },
    quiet: { kind: 'boolean', short: 'q', help: 'Only display container IDs' },
  },
  async run(cx, options) {
    const { containers } = await cx.engine()
    const filters = readFilters(options.filter)
    const found = await containers.list({ all: options.all, filters, signal: cx.signal })
    const trunc = !options.noTrunc
    if (options.quiet) return found.map(({ Id }) => `${trunc ? Id.slice(0, 12) : Id}\n`).join('')
    return formatRows(
      found.map((container) => row(container, trunc)),
      options.format,
      FORMAT,
    )
  },
})

const row = (container: ContainerSummary, trunc: boolean): TemplateRow => {
  return {
    Command: JSON.stringify(trunc ? ellipsis(container.Command, COMMAND_WIDTH) : container.Command),
    CreatedAt: goTime(container.Created),
    ID: trunc ? container.Id.slice(0, 12) : container.Id,
    Image: container.Image,
    Labels: Object.entries(container.Labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    LabelMap: container.Labels,
    Names: container.Names.map((name) => name.replace(/^\//, '')).join(','),
    Networks: Object.keys(container.NetworkSettings.Networks).join(','),
    Ports: printPorts(container.Ports),
    RunningFor: `${humanDuration(Math.max(0, Date.now() / 1000 - container.Created))} ago`,
    State: container.State,
    Status: container.Status,
  }
}
