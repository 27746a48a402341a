import { usageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'
import { NO_ARGS, composeCommand } from './compose-command.ts'

export const version = composeCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: {
    format: { kind: 'string', short: 'f', help: 'Format the output. Values: [pretty | json]. (Default: pretty)' },
    short: { kind: 'boolean', help: "Shows only tsc-compose's version number" },
  },
  run(_cx, { format = 'pretty', short }) {
    if (short) return Promise.resolve(`${VERSION}\n`)
    if (format === 'json') return Promise.resolve(`${JSON.stringify({ version: VERSION })}\n`)
    if (format === 'pretty' || format === '') return Promise.resolve(`tsc-compose version ${VERSION}\n`)
    return Promise.reject(usageError(`unsupported format "${format}"`, 'Use pretty or json'))
  },
})
