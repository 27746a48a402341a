import type { Where } from '../../errors/where.ts'
import { ExpandError, type ExpandOptions, expandWord, expandWords } from './dockerfile/expand.ts'
import type { Instruction } from './dockerfile/instruction.ts'
import { syntax } from './dockerfile/lex.ts'

/** {@link expandWord} with the place of the instruction in its errors. @throws E_BUILD_SYNTAX */
export const expandAt = (where: Where, text: string, options: ExpandOptions): string =>
  placed(where, () => expandWord(text, options))

export const expandWordsAt = (where: Where, text: string, options: ExpandOptions): string[] =>
  placed(where, () => expandWords(text, options))

const placed = <T>(where: Where, expand: () => T): T => {
  try {
    return expand()
  } catch (error) {
    throw error instanceof ExpandError ? syntax(error.message, where) : error
  }
}

/** Names that may be given without being declared; neither history nor cache keys show them. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY']
const isProxy = (name: string): boolean => PROXIES.includes(name.toUpperCase())

/** The variables of a stage: arguments and environment, of which the one that was written last counts. */
export interface VariableScope {
  /** Declared arguments that have a value, in the order of their declaration. */
  readonly args: ReadonlyMap<string, string>
  /** The environment of the configuration, `K=V`. */
  readonly env: readonly string[]
}

export const scopeVariables = ({ args, env }: VariableScope): Map<string, string> => {
  const pairs = env.map((entry): [string, string] => {
    const equals = entry.indexOf('=')
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
  })
  return new Map([...pairs, ...args])
}

export interface ArgSources {
  readonly buildArgs: ReadonlyMap<string, string>
  readonly globalValues: ReadonlyMap<string, string>
  readonly escape: string
}

/** The scope after an ARG: what is given to the build wins, then the default, then the value from before FROM. */
export const declareArgs = (
  scope: VariableScope,
  instruction: Instruction<'ARG'>,
  sources: ArgSources,
): VariableScope => {
  const args = new Map(scope.args)
  for (const { name, value } of instruction.args) {
    const variables = scopeVariables({ env: scope.env, args })
    const fallback = (): string | undefined =>
      value === undefined
        ? sources.globalValues.get(name)
        : expandAt(instruction.where, value, { variables, escape: sources.escape })
    const found = sources.buildArgs.get(name) ?? fallback()
    if (found !== undefined) args.set(name, found)
  }
  return { ...scope, args }
}

/** Environment of a RUN, and what of it counts for the cache and is told in the history. */
export const runEnvironment = (
  scope: VariableScope,
  buildArgs: ReadonlyMap<string, string>,
): { env: string[]; keyed: string[]; told: string[] } => {
  const told = [...scope.args].map(([name, value]) => `${name}=${value}`)
  const keyed = [...scopeVariables(scope)].map(([name, value]) => `${name}=${value}`)
  const proxies = [...buildArgs].filter(([name]) => isProxy(name) && !scope.args.has(name))
  const bothCases = proxies.flatMap(([name, value]) => [
    `${name.toUpperCase()}=${value}`,
    `${name.toLowerCase()}=${value}`,
  ])
  return { told, keyed, env: [...keyed, ...bothCases] }
}

/** Build arguments that nothing took. */
export const unusedArgs = (buildArgs: ReadonlyMap<string, string>, declared: ReadonlySet<string>): string[] =>
  [...buildArgs.keys()].filter((name) => !declared.has(name) && !isProxy(name) && name !== 'SOURCE_DATE_EPOCH')
