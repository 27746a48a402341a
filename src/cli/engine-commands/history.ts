import { printBytes } from '../../lib/bytes.ts'
import { engineCommand } from '../engine-context.ts'
import { ellipsis } from '../render/ellipsis.ts'
import { type RowFormat, formatRows } from '../render/format-rows.ts'
import { humanDuration } from '../render/human-time.ts'

const CREATED_BY_WIDTH = 45

const FORMAT: RowFormat = {
  fields: ['Comment', 'CreatedBy', 'CreatedSince', 'ID', 'Size'],
  columns: [
    ['IMAGE', 'ID'],
    ['CREATED', 'CreatedSince'],
    ['CREATED BY', 'CreatedBy'],
    ['SIZE', 'Size'],
    ['COMMENT', 'Comment'],
  ],
}

export const history = engineCommand({
  usage: '[OPTIONS] IMAGE',
  args: { min: 1, max: 1 },
  options: {
    format: { kind: 'string', default: 'table', help: "Format output: 'table', 'json', or a Go template" },
    noTrunc: { kind: 'boolean', help: "Don't truncate output" },
  },
  async run(cx, options, [reference = '']) {
    const { images } = await cx.engine()
    const rows = (await images.history(reference, { signal: cx.signal })).map((step) => ({
      ID: options.noTrunc ? step.Id : step.Id.replace('sha256:', '').slice(0, 12),
      CreatedSince: `${humanDuration(Math.max(0, Date.now() / 1000 - step.Created))} ago`,
      CreatedBy: options.noTrunc ? step.CreatedBy : ellipsis(step.CreatedBy, CREATED_BY_WIDTH),
      Size: printBytes(step.Size),
      Comment: step.Comment,
    }))
    return formatRows(rows, options.format, FORMAT)
  },
})
