import { NO_ARGS } from '../commands/compose-command.ts'
import { engineCommand } from '../engine-context.ts'
import { readFilters } from '../options/filters.ts'
import { formatRows } from '../render/format-rows.ts'

const listOptions = {
  filter: { kind: 'list', short: 'f', help: 'Provide filter values' },
  format: { kind: 'string', default: 'table', help: "Format output: 'table', 'json', or a Go template" },
  quiet: { kind: 'boolean', short: 'q', help: 'Only display names or IDs' },
} as const

export const networkLs = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: { ...listOptions, noTrunc: { kind: 'boolean', help: 'Do not truncate the output' } },
  async run(cx, options) {
    const { networks } = await cx.engine()
    const found = await networks.list({ filters: readFilters(options.filter), signal: cx.signal })
    const rows = found.map(({ Id, Name, Driver, Scope }) => ({
      ID: options.noTrunc ? Id : Id.slice(0, 12),
      Name,
      Driver,
      Scope,
    }))
    if (options.quiet) return rows.map(({ ID }) => `${ID}\n`).join('')
    return formatRows(rows, options.format, {
      fields: ['Driver', 'ID', 'Name', 'Scope'],
      columns: [
        ['NETWORK ID', 'ID'],
        ['NAME', 'Name'],
        ['DRIVER', 'Driver'],
        ['SCOPE', 'Scope'],
      ],
    })
  },
})

export const volumeLs = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: listOptions,
  async run(cx, options) {
    const { volumes } = await cx.engine()
    const { Volumes } = await volumes.list({ filters: readFilters(options.filter), signal: cx.signal })
    const rows = Volumes.map(({ Driver, Name, Mountpoint, Scope }) => ({ Driver, Name, Mountpoint, Scope }))
    if (options.quiet) return rows.map(({ Name }) => `${Name}\n`).join('')
    return formatRows(rows, options.format, {
      fields: ['Driver', 'Mountpoint', 'Name', 'Scope'],
      columns: [
        ['DRIVER', 'Driver'],
        ['VOLUME NAME', 'Name'],
      ],
    })
  },
})
