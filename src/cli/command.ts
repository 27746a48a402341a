interface OptionBase {
  /** One letter. */
  readonly short?: string
  readonly help: string
  readonly hidden?: boolean
}

/** An option of a command; its name on the command line is its key in kebab-case. */
export type OptionSpec =
  | (OptionBase & { readonly kind: 'boolean'; readonly default?: boolean })
  | (OptionBase & { readonly kind: 'string'; readonly default?: string; readonly placeholder?: string })
  | (OptionBase & { readonly kind: 'int'; readonly default?: number })
  | (OptionBase & { readonly kind: 'list'; readonly placeholder?: string })

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type ValueOf<S extends OptionSpec> = S extends { kind: 'boolean' }
  ? boolean
  : S extends { kind: 'list' }
    ? readonly string[]
    : S extends { kind: 'int' }
      ? S extends { default: number }
        ? number
        : number | undefined
      : S extends { default: string }
        ? string
        : string | undefined

/** What was parsed: a value for every option of the table. */
export type OptionValues<O extends OptionSpecs> = { readonly [K in keyof O]: ValueOf<O[K]> }

/** Text for standard output, an exit status, or nothing to say and 0. */
export type CommandResult = string | number | undefined

/** A command is a value: parser, help, docs and tests read the same object. */
export interface Command<C, O extends OptionSpecs = OptionSpecs> {
  /** What follows the command's name: `[OPTIONS] [SERVICE...]`. */
  readonly usage: string
  readonly args: { readonly min: number; readonly max: number }
  /** Options end at the first argument; what follows belongs to another program. */
  readonly passThrough?: boolean
  readonly options: O
  run(context: C, options: OptionValues<O>, args: readonly string[]): Promise<CommandResult>
}

/** A row of the list of commands: what help shows without loading the command, or a group of its own. */
export type CommandEntry<C> = {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly hidden?: boolean
} & (
  | { readonly kind: 'command'; load(): Promise<Command<C>> }
  | { readonly kind: 'group'; readonly commands: readonly CommandEntry<C>[] }
)

export const flagName = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
