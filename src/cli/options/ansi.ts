import type { Output } from '../output.ts'
import { usageError } from '../usage-error.ts'

export type Ansi = 'auto' | 'always' | 'never'

/** Whether to colour what goes to `output`: `--ansi`, else NO_COLOR and whether it is a terminal. */
export const wantsColour = (
  output: Pick<Output, 'isTerminal'>,
  { ansi, env }: { ansi: Ansi; env: Readonly<Record<string, string | undefined>> },
): boolean => {
  if (ansi !== 'auto') return ansi === 'always'
  return output.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

/** @throws E_CLI_USAGE */
export const readAnsi = (text: string): Ansi => {
  if (text === 'auto' || text === 'always' || text === 'never') return text
  throw usageError(`invalid value for --ansi: "${text}"`, 'Use one of: never, always, auto')
}
