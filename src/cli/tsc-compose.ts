import { engineProgramLine } from './engine-program.ts'
import { composeCommands } from './compose-commands.ts'
import { createComposeContext } from './compose-context.ts'
import type { CliIo } from './io.ts'
import { composeOptions } from './options/compose-options.ts'
import { processIo } from './process-io.ts'
import { errorReport, jsonErrorReport } from './render/error-report.ts'
import { type Program, runProgram } from './run.ts'
import type { ComposeContext } from './compose-context.ts'
import { VERSION } from './version.ts'

/** The command line of `tsc-compose`; `engineCommand` is how to run `tsc-engine`. */
export const composeProgram = (engineCommand: readonly string[]): Program<typeof composeOptions, ComposeContext> => ({
  name: 'tsc-compose',
  about: 'Define and run multi-container applications on a built-in engine',
  options: composeOptions,
  commands: composeCommands,
  version: () => `tsc-compose version ${VERSION}`,
  context: (session, globals) => createComposeContext(session, globals, engineCommand),
  report: (error, globals) =>
    globals?.progress === 'json' ? jsonErrorReport(error) : errorReport(error, { debug: globals?.debug ?? false }),
})

/** Runs one command line, without program name, and answers its exit status. */
export const cli = (argv: readonly string[], io: CliIo, engineCommand: readonly string[]): Promise<number> =>
  runProgram(composeProgram(engineCommand), argv, io)

/** The whole process. */
export const main = async (): Promise<void> => {
  process.exit(await cli(process.argv.slice(2), processIo(), engineProgramLine()))
}
