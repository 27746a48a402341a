import { suggest } from '../lib/suggest.ts'
import type { Command, CommandEntry, CommandResult, OptionSpecs, OptionValues } from './command.ts'
import { commandHelp, groupHelp } from './help.ts'
import { type Interrupts, watchInterrupts } from './interrupts.ts'
import type { CliIo } from './io.ts'
import { parseOptions } from './options/parse.ts'
import { type Output, ReaderGone, createOutput } from './output.ts'
import { exitCodeOf } from './render/error-report.ts'
import { usageError } from './usage-error.ts'

/** Exit status of a program whose reader has gone, as the shell shows SIGPIPE. */
const READER_GONE = 141

/** What every command has at hand. */
export interface Session {
  readonly io: CliIo
  readonly stdout: Output
  readonly stderr: Output
  readonly interrupts: Interrupts
}

/** A command line: its global options, its commands, and the context that it gives to them. */
export interface Program<O extends OptionSpecs, C extends AsyncDisposable> {
  readonly name: string
  readonly about: string
  readonly options: O
  readonly commands: readonly CommandEntry<C>[]
  /** What `--version` prints. */
  version(): string
  context(session: Session, options: OptionValues<O>): C
  /** Text for standard error; `options` are absent when they could not be read. */
  report(error: unknown, options: OptionValues<O> | undefined): string
}

/** Runs one command line and answers its exit status; never rejects. */
export const runProgram = async <O extends OptionSpecs, C extends AsyncDisposable>(
  program: Program<O, C>,
  argv: readonly string[],
  io: CliIo,
): Promise<number> => {
  using interrupts = watchInterrupts(io)
  const stdout = createOutput(io.stdout, (reason) => interrupts.abort(reason))
  const stderr = createOutput(io.stderr, () => undefined)
  let options: OptionValues<O> | undefined
  try {
    const globals = parseOptions(program.options, argv, { passThrough: true })
    options = globals.options
    const target = findCommand(program, globals.args, { version: globals.options['version'] === true })
    if (target.kind === 'text') {
      await stdout.write(target.text)
      if (target.error) throw target.error
      return 0
    }
    const command = await target.entry.load()
    const parsed = parseOptions(command.options, target.args, { passThrough: command.passThrough ?? false })
    if (parsed.help || globals.help) {
      await stdout.write(commandHelp(target.path, target.entry.summary, command))
      return 0
    }
    checkCount(command, parsed.args.length)
    await using context = program.context({ io, stdout, stderr, interrupts }, globals.options)
    const work = command.run(context, parsed.options, parsed.args)
    return await printResult(await Promise.race([work, interrupts.forced]), stdout)
  } catch (error) {
    if (error instanceof ReaderGone) return READER_GONE
    await stderr.write(program.report(error, options))
    return exitCodeOf(error)
  }
}

const printResult = async (result: CommandResult, stdout: Output): Promise<number> => {
  if (typeof result === 'number') return result
  if (result !== undefined) await stdout.write(result)
  return 0
}

type Target<C> =
  | { readonly kind: 'text'; readonly text: string; readonly error?: Error }
  | {
      readonly kind: 'command'
      /** `tsc-engine image ls`. */
      readonly path: string
      readonly entry: Extract<CommandEntry<C>, { kind: 'command' }>
      readonly args: readonly string[]
    }

const findCommand = <O extends OptionSpecs, C extends AsyncDisposable>(
  program: Program<O, C>,
  args: readonly string[],
  { version }: { version: boolean },
): Target<C> => {
  if (version) return { kind: 'text', text: `${program.version()}\n` }
  let path = program.name
  let { about } = program
  let { commands } = program
  let options: OptionSpecs = program.options
  for (const [index, word] of args.entries()) {
    const help = (error?: Error): Target<C> => {
      const text = groupHelp(path, about, { options, commands })
      return error ? { kind: 'text', text, error } : { kind: 'text', text }
    }
    if (word === '--help' || word === '-h') return help()
    const entry = commands.find(({ name, aliases }) => name === word || aliases?.includes(word))
    if (!entry) return help(unknownCommand(path, word, commands))
    path += ` ${entry.name}`
    if (entry.kind === 'command') return { kind: 'command', path, entry, args: args.slice(index + 1) }
    about = entry.summary
    commands = entry.commands
    options = {}
  }
  return { kind: 'text', text: groupHelp(path, about, { options, commands }) }
}

const unknownCommand = (path: string, word: string, commands: readonly { readonly name: string }[]): Error => {
  const near = suggest(
    word,
    commands.map(({ name }) => name),
  )
  return usageError(`unknown command "${word}" for "${path}"`, near ? `Did you mean "${near}"?` : undefined)
}

const checkCount = ({ args }: Command<never>, count: number): void => {
  if (count < args.min) throw usageError(`requires at least ${args.min} arg(s), only received ${count}`)
  if (count > args.max) throw usageError(`accepts at most ${args.max} arg(s), received ${count}`)
}
