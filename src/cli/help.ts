import { type Command, type CommandEntry, type OptionSpec, type OptionSpecs, flagName } from './command.ts'

const WIDTH = 80
/** What a line may run over so that no single word is left for the next. */
const SLOP = 5

/** Help of one command, in the layout of docker's. */
export const commandHelp = (name: string, summary: string, command: Command<never>): string =>
  [`Usage:  ${name} ${command.usage}`, '', summary, ...optionBlock(command.options), ''].join('\n')

/** Help of a program or of a group of commands. */
export const groupHelp = (
  name: string,
  about: string,
  { options, commands }: { options: OptionSpecs; commands: readonly CommandEntry<never>[] },
): string => {
  const rows = commands.filter((entry) => !entry.hidden)
  const width = Math.max(...rows.map((entry) => entry.name.length)) + 1
  return [
    `Usage:  ${name} [OPTIONS] COMMAND`,
    '',
    about,
    ...optionBlock(options),
    '',
    'Commands:',
    ...rows.map((entry) => `  ${entry.name.padEnd(width)} ${entry.summary}`),
    '',
    `Run '${name} COMMAND --help' for more information on a command.`,
    '',
  ].join('\n')
}

const optionBlock = (options: OptionSpecs): string[] => {
  const rows = Object.entries(options).filter(([, spec]) => !spec.hidden)
  if (rows.length === 0) return []
  const sorted = rows.sort(([a], [b]) => flagName(a).localeCompare(flagName(b)))
  const names = sorted.map(([key, spec]) => flagColumn(key, spec))
  const column = Math.max(...names.map((name) => name.length)) + 3
  return [
    '',
    'Options:',
    ...sorted.map(([, spec], index) => {
      const lines = wrap(spec.help + defaultNote(spec), WIDTH - column)
      return (names[index] ?? '').padEnd(column) + lines.join(`\n${' '.repeat(column)}`)
    }),
  ]
}

const flagColumn = (key: string, spec: OptionSpec): string => {
  const short = spec.short ? `-${spec.short}, ` : '    '
  const value = valueWord(spec)
  return `  ${short}--${flagName(key)}${value ? ` ${value}` : ''}`
}

const valueWord = (spec: OptionSpec): string => {
  if (spec.kind === 'boolean') return ''
  if (spec.kind === 'int') return 'int'
  return spec.placeholder ?? (spec.kind === 'list' ? 'stringArray' : 'string')
}

const defaultNote = (spec: OptionSpec): string => {
  if (spec.kind === 'list' || spec.default === undefined || spec.default === false) return ''
  return ` (default ${JSON.stringify(spec.default)})`
}

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const cut = rest.lastIndexOf(' ', width - SLOP)
    const at = cut > 0 ? cut : rest.indexOf(' ')
    if (at < 0) break
    lines.push(rest.slice(0, at))
    rest = rest.slice(at + 1)
  }
  return [...lines, rest]
}
