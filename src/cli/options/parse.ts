import { Command as Parser, CommanderError, Option } from 'commander'
import { suggest } from '../../lib/suggest.ts'
import { type OptionSpec, type OptionSpecs, type OptionValues, flagName } from '../command.ts'
import { usageError } from '../usage-error.ts'
import { invalidArgument, parseBoolean, parseInteger } from './convert.ts'

export interface Parsed<O extends OptionSpecs> {
  readonly options: OptionValues<O>
  readonly args: readonly string[]
  /** `-h` or `--help` was among the options. */
  readonly help: boolean
}

/**
 * Reads the options of one command. `passThrough`: they end at the first argument.
 * @throws E_CLI_USAGE in pflag's words
 */
export const parseOptions = <O extends OptionSpecs>(
  specs: O,
  argv: readonly string[],
  { passThrough = false }: { passThrough?: boolean } = {},
): Parsed<O> => {
  const all: OptionSpecs = { ...specs, help: { kind: 'boolean', short: 'h', help: 'Show this help' } }
  const parser = new Parser().helpOption(false).exitOverride().enablePositionalOptions().passThroughOptions(passThrough)
  parser.configureOutput({ writeErr: () => undefined })
  for (const [key, spec] of Object.entries(all)) parser.addOption(toOption(key, spec))
  const { operands, unknown } = parseWith(parser, withoutValues(all, argv, passThrough))
  const bad = unknown[0]
  if (bad !== undefined) throw unknownFlag(bad, all)
  const values = parser.opts<Record<string, unknown>>()
  const options = Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, values[key] ?? absent(spec)]))
  return { options: options as OptionValues<O>, args: operands, help: values['help'] === true }
}

/** Commander gives `--no-x` a meaning of its own; here it is a name like any other. */
class PlainOption extends Option {
  readonly #key: string

  constructor(key: string, flags: string) {
    super(flags)
    this.#key = key
    this.negate = false
  }

  override attributeName(): string {
    return this.#key
  }
}

const toOption = (key: string, spec: OptionSpec): Option => {
  const flags = `${spec.short ? `-${spec.short}, ` : ''}--${flagName(key)}`
  if (spec.kind === 'boolean') return new PlainOption(key, flags)
  const option = new PlainOption(key, `${flags} <value>`)
  if (spec.kind === 'int') option.argParser((text) => parseInteger(text, flags))
  if (spec.kind === 'list') option.argParser((text, previous?: string[]) => [...(previous ?? []), text])
  return option
}

const absent = (spec: OptionSpec): unknown => {
  if (spec.kind === 'list') return []
  return spec.kind === 'boolean' ? (spec.default ?? false) : spec.default
}

const parseWith = (parser: Parser, argv: string[]): { operands: string[]; unknown: string[] } => {
  // Commander's `opts()` has the last value only of a boolean that `withoutValues` turned off.
  for (const key of OFF.keys(argv)) parser.addOption(new PlainOption(key, OFF.token(key)).preset(false))
  try {
    return parser.parseOptions(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const long = /--[\w-]+/.exec(error.message)?.[0]
    throw usageError(long ? `flag needs an argument: ${long}` : error.message)
  }
}

/** Stand-in for `--flag=false`, which commander's boolean options do not take. */
const OFF = {
  token: (key: string): string => `--${key}:off`,
  keys: (argv: readonly string[]): Set<string> =>
    new Set(argv.flatMap((token) => /^--(\w+):off$/.exec(token)?.[1] ?? [])),
}

/** The arguments with every `--flag=BOOL` replaced by what commander understands. */
const withoutValues = (specs: OptionSpecs, argv: readonly string[], passThrough: boolean): string[] => {
  const byFlag = new Map<string, [string, OptionSpec]>()
  for (const [key, spec] of Object.entries(specs)) {
    byFlag.set(`--${flagName(key)}`, [key, spec])
    if (spec.short) byFlag.set(`-${spec.short}`, [key, spec])
  }
  const result: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? ''
    if (token === '--' || (passThrough && !token.startsWith('-'))) return [...result, ...argv.slice(index)]
    const [, flag = token, value] = /^(--?[\w-]+)=(.*)$/s.exec(token) ?? []
    const [key, spec] = byFlag.get(flag) ?? []
    if (spec?.kind === 'boolean' && key !== undefined && value !== undefined) {
      const on = parseBoolean(value)
      if (on === undefined) throw invalidArgument(value, flag, 'true or false is expected')
      result.push(on ? flag : OFF.token(key))
    } else {
      result.push(token)
      const takesNext = value === undefined && spec !== undefined && spec.kind !== 'boolean'
      if (takesNext && index + 1 < argv.length) result.push(argv[++index] ?? '')
    }
  }
  return result
}

const unknownFlag = (token: string, specs: OptionSpecs): Error => {
  if (!token.startsWith('--')) {
    const letter = token[1] ?? ''
    return usageError(`unknown shorthand flag: '${letter}' in ${token}`)
  }
  const [name = ''] = token.slice(2).split('=')
  const near = suggest(name, Object.keys(specs).map(flagName))
  return usageError(`unknown flag: --${name}`, near ? `Did you mean --${near}?` : undefined)
}
