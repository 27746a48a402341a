import { printBytes } from '../../lib/bytes.ts'
import type { ImageSummary } from '../../port/images.ts'
import { engineCommand } from '../engine-context.ts'
import { readFilters } from '../options/filters.ts'
import { type RowFormat, formatRows } from '../render/format-rows.ts'
import type { TemplateRow } from '../render/go-template.ts'
import { goTime, humanDuration } from '../render/human-time.ts'

const FORMAT: RowFormat = {
  fields: ['CreatedAt', 'CreatedSince', 'ID', 'Repository', 'Size', 'Tag'],
  columns: [
    ['REPOSITORY', 'Repository'],
    ['TAG', 'Tag'],
    ['IMAGE ID', 'ID'],
    ['CREATED', 'CreatedSince'],
    ['SIZE', 'Size'],
  ],
}

export const images = engineCommand({
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  args: { min: 0, max: 1 },
  options: {
    all: { kind: 'boolean', short: 'a', help: 'Show all images (default hides intermediate images)' },
    filter: { kind: 'list', short: 'f', help: 'Filter output based on conditions provided' },
    format: { kind: 'string', default: 'table', help: "Format output: 'table', 'json', or a Go template" },
    noTrunc: { kind: 'boolean', help: "Don't truncate output" },
    quiet: { kind: 'boolean', short: 'q', help: 'Only show image IDs' },
  },
  async run(cx, options, [reference]) {
    const { images } = await cx.engine()
    const filters = { ...readFilters(options.filter), ...(reference === undefined ? {} : { reference: [reference] }) }
    const found = await images.list({ all: options.all, filters, signal: cx.signal })
    const rows = found.flatMap((image) => rowsOf(image, !options.noTrunc))
    if (options.quiet) return [...new Set(rows.map(({ ID }) => `${String(ID)}\n`))].join('')
    return formatRows(rows, options.format, FORMAT)
  },
})

/** One for each tag. */
const rowsOf = (image: ImageSummary, trunc: boolean): TemplateRow[] => {
  const names = image.RepoTags.length > 0 ? image.RepoTags : ['<none>:<none>']
  return names.map((name) => {
    const at = name.lastIndexOf(':')
    return {
      Repository: name.slice(0, at),
      Tag: name.slice(at + 1),
      ID: trunc ? image.Id.replace('sha256:', '').slice(0, 12) : image.Id,
      CreatedAt: goTime(image.Created),
      CreatedSince: `${humanDuration(Math.max(0, Date.now() / 1000 - image.Created))} ago`,
      Size: printBytes(image.Size),
    }
  })
}
