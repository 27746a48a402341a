import type { Command, OptionSpecs } from '../command.ts'
import type { ComposeContext } from '../compose-context.ts'

/** A command of `tsc-compose`; the table of options types what `run` is given. */
export const composeCommand = <const O extends OptionSpecs>(
  command: Command<ComposeContext, O>,
): Command<ComposeContext, O> => command

/** `[SERVICE...]` */
export const ANY_SERVICES = { min: 0, max: Number.POSITIVE_INFINITY } as const
export const NO_ARGS = { min: 0, max: 0 } as const
