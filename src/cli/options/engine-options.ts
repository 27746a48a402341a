import type { OptionSpecs, OptionValues } from '../command.ts'

/** Options of `tsc-engine` itself; they stand before the command. */
export const engineOptions = {
  host: {
    kind: 'string',
    short: 'H',
    help: 'Where the engine listens, and is looked for: unix:///PATH or tcp://HOST:PORT (default engine.sock in the state folder)',
  },
  root: { kind: 'string', help: 'Data root: images, volumes, containers (default /var/lib/tsc-compose)' },
  state: { kind: 'string', help: 'State folder, which may vanish at a reboot (default /run/tsc-compose)' },
  debug: { kind: 'boolean', help: 'Show where an error came from' },
  version: { kind: 'boolean', short: 'v', help: 'Show the version' },
} as const satisfies OptionSpecs

export type EngineOptions = OptionValues<typeof engineOptions>
