import type { Command, CommandEntry, OptionSpecs } from '../../../src/cli/command.ts'
import { composeCommands } from '../../../src/cli/compose-commands.ts'
import { engineCommands } from '../../../src/cli/engine-commands.ts'
import { commandHelp, groupHelp } from '../../../src/cli/help.ts'
import { composeOptions } from '../../../src/cli/options/compose-options.ts'
import { engineOptions } from '../../../src/cli/options/engine-options.ts'

const INTRODUCTION = `# Command lines

This page is made from the commands themselves: \`npx vitest run test/unit/cli/docs.test.ts --update\` writes it, and the
same test fails when it is out of date.

## Exit status

- 0: done
- 1: an error, told on standard error with what to do about it
- 130: ended by Ctrl-C or SIGTERM
- 141: the reader of the output has gone
- \`exec\` answers the status of the command; \`up --abort-on-container-exit\` that of the container that ended first,
  \`up --exit-code-from SERVICE\` that of a container of the service
- 75: \`tsc-engine serve\` found another engine on its data root

## Environment

- \`TSC_COMPOSE_HOST\`, \`DOCKER_HOST\`: address of another engine for \`tsc-compose\`; \`--host\` wins
- \`TSC_ENGINE_ROOT\`, \`TSC_ENGINE_STATE\`, \`TSC_ENGINE_SOCKET\`: where the built-in engine keeps its things and listens
- \`COMPOSE_FILE\`, \`COMPOSE_PATH_SEPARATOR\`, \`COMPOSE_PROJECT_NAME\`, \`COMPOSE_PROFILES\`, \`COMPOSE_ENV_FILES\`: as the
  options of the same names
- \`COMPOSE_PARALLEL_LIMIT\`, \`COMPOSE_PROGRESS\`, \`COMPOSE_REMOVE_ORPHANS\`, \`COMPOSE_IGNORE_ORPHANS\`
- \`DOCKER_CONFIG\`: folder of the config file with the credentials of registries
- \`NO_COLOR\`: no colours

## The built-in engine

When no engine is named and none answers, \`tsc-compose\` and \`tsc-engine\` start \`tsc-engine serve\` in the background. It
ends when nothing has run and nobody has called for five minutes; its log is \`engine.log\` in the state folder. Started by
hand it stays, and under systemd (\`INVOCATION_ID\`, \`NOTIFY_SOCKET\`) it never ends for being idle.
`

interface Documented<C> {
  readonly name: string
  readonly about: string
  readonly options: OptionSpecs
  readonly commands: readonly CommandEntry<C>[]
}

const block = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`

const chapter = async <C>({ name, about, options, commands }: Documented<C>, level: string): Promise<string[]> => {
  const parts = [`${level} ${name}\n`, block(groupHelp(name, about, { options, commands }))]
  for (const entry of commands) {
    const path = `${name} ${entry.name}`
    if (entry.kind === 'group') {
      const group = { name: path, about: entry.summary, options: {}, commands: entry.commands }
      parts.push(...(await chapter(group, `${level}#`)))
    } else {
      const command: Command<C> = await entry.load()
      const aliases = entry.aliases ? `\nAlso called ${entry.aliases.map((alias) => `\`${alias}\``).join(', ')}.\n` : ''
      parts.push(`${level}# ${path}\n${aliases}`, block(commandHelp(path, entry.summary, command)))
    }
  }
  return parts
}

/** The text of docs/cli.md. */
export const cliDocs = async (): Promise<string> => {
  const compose = {
    name: 'tsc-compose',
    about: 'Define and run multi-container applications on a built-in engine',
    options: composeOptions,
    commands: composeCommands,
  }
  const engine = {
    name: 'tsc-engine',
    about: 'The container engine of tsc-compose',
    options: engineOptions,
    commands: engineCommands,
  }
  return [INTRODUCTION, ...(await chapter(compose, '##')), ...(await chapter(engine, '##'))].join('\n')
}
