import type { OptionSpecs, OptionValues } from '../command.ts'

/** Options of `tsc-compose` itself; they stand before the command. */
export const composeOptions = {
  file: { kind: 'list', short: 'f', help: 'Compose configuration files' },
  projectName: { kind: 'string', short: 'p', help: 'Project name' },
  projectDirectory: {
    kind: 'string',
    help: 'Specify an alternate working directory (default: the path of the, first specified, Compose file)',
  },
  envFile: { kind: 'list', help: 'Specify an alternate environment file' },
  profile: { kind: 'list', help: 'Specify a profile to enable' },
  parallel: { kind: 'int', default: -1, help: 'Control max parallelism, -1 for unlimited' },
  progress: { kind: 'string', help: 'Set type of progress output (auto, tty, plain, json, quiet)' },
  ansi: {
    kind: 'string',
    default: 'auto',
    help: 'Control when to print ANSI control characters ("never"|"always"|"auto")',
  },
  dryRun: { kind: 'boolean', help: 'Print the plan instead of carrying it out' },
  host: {
    kind: 'string',
    short: 'H',
    help: 'Address of another engine, such as unix:///var/run/docker.sock, instead of the built-in one',
  },
  compatibility: { kind: 'boolean', help: 'Accepted for compatibility; has no effect' },
  debug: { kind: 'boolean', help: 'Show where an error came from' },
  version: { kind: 'boolean', short: 'v', help: 'Show the version' },
} as const satisfies OptionSpecs

export type ComposeOptions = OptionValues<typeof composeOptions>

/** For every command that changes something: as a global option it would have to stand before the command. */
export const dryRunOption = {
  dryRun: { kind: 'boolean', help: 'Print the plan instead of carrying it out' },
} as const satisfies OptionSpecs
