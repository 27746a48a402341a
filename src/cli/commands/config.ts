import type { Project } from '../../compose/model.ts'
import type { ComposeContext } from '../compose-context.ts'
import type { OptionSpecs, OptionValues } from '../command.ts'
import { table } from '../render/table.ts'
import { noSuchService } from '../target.ts'
import { usageError } from '../usage-error.ts'
import { writeOutput } from '../write-output.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

const options = {
  environment: { kind: 'boolean', help: 'Print environment used for interpolation.' },
  format: { kind: 'string', help: 'Format the output. Values: [yaml | json]' },
  hash: { kind: 'string', help: 'Print the service config hash, one per line.' },
  images: { kind: 'boolean', help: 'Print the image names, one per line.' },
  networks: { kind: 'boolean', help: 'Print the network names, one per line.' },
  noInterpolate: { kind: 'boolean', help: "Don't interpolate environment variables" },
  output: { kind: 'string', short: 'o', help: 'Save to file (default to stdout)' },
  phase: { kind: 'string', help: 'Print the tree as it is after this phase of the loading' },
  profiles: { kind: 'boolean', help: 'Print the profile names, one per line.' },
  quiet: { kind: 'boolean', short: 'q', help: "Only validate the configuration, don't print anything" },
  services: { kind: 'boolean', help: 'Print the service names, one per line.' },
  variables: { kind: 'boolean', help: 'Print model variables and default values.' },
  volumes: { kind: 'boolean', help: 'Print the volume names, one per line.' },
} as const satisfies OptionSpecs

type ConfigOptions = OptionValues<typeof options>

export const config = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options,
  async run(cx, options, services) {
    const format = readFormat(options.format)
    const text = options.phase === undefined ? await print(cx, options, { services, format }) : await phase(cx, options)
    if (options.quiet) return undefined
    if (options.output === undefined) return text
    await writeOutput(cx.io.cwd, options.output, text)
    return undefined
  },
})

type Format = 'yaml' | 'json'

const readFormat = (text = 'yaml'): Format => {
  if (text === 'yaml' || text === 'json') return text
  throw usageError(`unsupported format "${text}"`, 'Use yaml or json')
}

const print = async (
  cx: ComposeContext,
  options: ConfigOptions,
  { services, format }: { readonly services: readonly string[]; readonly format: Format },
): Promise<string> => {
  if (options.variables) return variables(cx, format)
  const project = await cx.project({ services, interpolate: !options.noInterpolate })
  const list = LISTS.find(([name]) => options[name])
  if (list) return list[1](project).map(line).join('')
  if (options.hash !== undefined) return hashes(project, options.hash)
  if (options.quiet) return ''
  const { printJson, printYaml } = await import('../../compose/print/print.ts')
  const escape = { escapeDollars: !options.noInterpolate }
  return format === 'json' ? printJson(project, escape) : printYaml(project, escape)
}

const line = (text: string): string => `${text}\n`

/** The options that print a list, and what is on it. */
const LISTS: readonly (readonly [keyof ConfigOptions, (project: Project) => string[]])[] = [
  ['services', ({ model }) => Object.keys(model.services)],
  ['volumes', ({ model }) => Object.keys(model.volumes)],
  ['networks', ({ model }) => Object.keys(model.networks)],
  [
    'images',
    ({ model }) => Object.entries(model.services).map(([name, { image }]) => image ?? `${model.name}-${name}`),
  ],
  ['profiles', ({ model, disabledServices }) => profilesOf([model.services, disabledServices])],
  ['environment', ({ environment }) => sorted(Object.entries(environment).map(([key, value]) => `${key}=${value}`))],
]

const profilesOf = (tables: readonly Project['disabledServices'][]): string[] =>
  sorted(new Set(tables.flatMap((services) => Object.values(services).flatMap(({ profiles }) => profiles ?? []))))

const sorted = (texts: Iterable<string>): string[] => [...texts].sort()

const hashes = async (project: Project, selection: string): Promise<string> => {
  const { configHash } = await import('../../plan/config-hash.ts')
  const all = Object.keys(project.model.services).sort()
  const names = selection === '*' ? all : selection.split(',')
  return names
    .map((name) => {
      const service = project.model.services[name]
      if (!service) throw noSuchService(name, all)
      return line(`${name} ${configHash(service)}`)
    })
    .join('')
}

const variables = async (cx: ComposeContext, format: Format): Promise<string> => {
  const { loadVariables } = await import('../../compose/load.ts')
  const found = await loadVariables(cx.loadOptions())
  if (format === 'json') {
    const uses = found.map(({ name, required, defaultValue, alternateValue }) => [
      name,
      { Name: name, DefaultValue: defaultValue, PresenceValue: alternateValue, Required: required },
    ])
    return line(JSON.stringify(Object.fromEntries(uses), null, 4))
  }
  const head = ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE']
  const rows = found.map((use) => [use.name, String(use.required), use.defaultValue, use.alternateValue])
  return table([head, ...rows], { minWidth: 20 })
}

const phase = async (cx: ComposeContext, options: ConfigOptions): Promise<string> => {
  const { loadUntil } = await import('../../compose/load.ts')
  const tree = await loadUntil(cx.loadOptions({ interpolate: !options.noInterpolate }), options.phase ?? '')
  return line(JSON.stringify(tree, null, 2))
}
