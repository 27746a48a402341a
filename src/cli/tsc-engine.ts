import { engineProgramLine } from './engine-program.ts'
import { engineCommands } from './engine-commands.ts'
import { type EngineContext, createEngineContext } from './engine-context.ts'
import type { CliIo } from './io.ts'
import { engineOptions } from './options/engine-options.ts'
import { processIo } from './process-io.ts'
import { errorReport } from './render/error-report.ts'
import { type Program, runProgram } from './run.ts'
import { VERSION } from './version.ts'

/** The command line of `tsc-engine`; `engineCommand` is how to run it. */
export const engineProgram = (engineCommand: readonly string[]): Program<typeof engineOptions, EngineContext> => ({
  name: 'tsc-engine',
  about: 'The container engine of tsc-compose',
  options: engineOptions,
  commands: engineCommands,
  version: () => `tsc-engine version ${VERSION}`,
  context: (session, globals) => createEngineContext(session, globals, engineCommand),
  report: (error, globals) => errorReport(error, { debug: globals?.debug ?? false }),
})

/** Runs one command line, without program name, and answers its exit status. */
export const cli = (argv: readonly string[], io: CliIo, engineCommand: readonly string[]): Promise<number> =>
  runProgram(engineProgram(engineCommand), argv, io)

/** The whole process. */
export const main = async (): Promise<void> => {
  process.exit(await cli(process.argv.slice(2), processIo(), engineProgramLine()))
}
