import type { Where } from '../../../errors/where.ts'
import type { HealthConfig } from '../../../port/containers.ts'
import type { Heredoc } from './lex.ts'

/** A command as JSON list, or as a line for the shell. */
export type CommandForm = { readonly exec: readonly string[] } | { readonly shell: string }

export interface Pair {
  readonly key: string
  readonly value: string
}

/** What each instruction says; texts are not expanded yet, except where no variables are allowed. */
export type InstructionBody =
  | { readonly kind: 'FROM'; readonly image: string; readonly platform?: string; readonly name?: string }
  | { readonly kind: 'ARG'; readonly args: readonly { readonly name: string; readonly value?: string }[] }
  | { readonly kind: 'ENV' | 'LABEL'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'RUN'; readonly form: CommandForm }
  | { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly form: CommandForm }
  | CopyBody
  | { readonly kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER'; readonly value: string }
  | { readonly kind: 'EXPOSE'; readonly ports: string }
  | { readonly kind: 'VOLUME'; readonly words: readonly string[] | string }
  | { readonly kind: 'SHELL'; readonly words: readonly string[] }
  | { readonly kind: 'HEALTHCHECK'; readonly health: HealthConfig; readonly form?: CommandForm }

export interface CopyBody {
  readonly kind: 'COPY' | 'ADD'
  readonly sources: readonly string[]
  readonly destination: string
  readonly from?: string
  readonly chown?: string
  readonly chmod?: string
  readonly heredocs: readonly Heredoc[]
}

export type InstructionKind = InstructionBody['kind']

/** The body of one kind, also of a kind that shares its shape with another. */
type BodyOf<K extends InstructionKind, B = InstructionBody> = B extends { readonly kind: infer T }
  ? K extends T
    ? B & { readonly kind: K }
    : never
  : never

export type Instruction<K extends InstructionKind = InstructionKind> = BodyOf<K> & {
  readonly where: Where
  /** As it is written, on one line: for `Step 1/2 : …` and the history. */
  readonly text: string
}
