import type { CommandEntry } from './command.ts'
import type { ComposeContext } from './compose-context.ts'

/** The commands of `tsc-compose`; each is loaded when it is run. */
export const composeCommands: readonly CommandEntry<ComposeContext>[] = [
  {
    kind: 'command',
    name: 'build',
    summary: 'Build or rebuild services',
    load: async () => (await import('./commands/build.ts')).build,
  },
  {
    kind: 'command',
    name: 'config',
    aliases: ['convert'],
    summary: 'Parse, resolve and render compose file in canonical format',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    kind: 'command',
    name: 'down',
    summary: 'Stop and remove containers, networks',
    load: async () => (await import('./commands/down.ts')).down,
  },
  {
    kind: 'command',
    name: 'exec',
    summary: 'Execute a command in a running container',
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  {
    kind: 'command',
    name: 'graph',
    summary: 'Show which services need which',
    load: async () => (await import('./commands/graph.ts')).graph,
  },
  {
    kind: 'command',
    name: 'logs',
    summary: 'View output from containers',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  { kind: 'command', name: 'ps', summary: 'List containers', load: async () => (await import('./commands/ps.ts')).ps },
  {
    kind: 'command',
    name: 'pull',
    summary: 'Pull service images',
    load: async () => (await import('./commands/pull.ts')).pull,
  },
  {
    kind: 'command',
    name: 'restart',
    summary: 'Restart service containers',
    load: async () => (await import('./commands/restart.ts')).restart,
  },
  {
    kind: 'command',
    name: 'start',
    summary: 'Start services',
    load: async () => (await import('./commands/start.ts')).start,
  },
  {
    kind: 'command',
    name: 'stop',
    summary: 'Stop services',
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  {
    kind: 'command',
    name: 'up',
    summary: 'Create and start containers',
    load: async () => (await import('./commands/up.ts')).up,
  },
  {
    kind: 'command',
    name: 'version',
    summary: 'Show the version information',
    load: async () => (await import('./commands/version.ts')).version,
  },
]
