import { AppError } from '../../errors/app-error.ts'
import { suggest } from '../../lib/suggest.ts'
import { hostPlatform, parsePlatform, printPlatform } from '../../spec/platform.ts'
import type { Dockerfile } from './dockerfile/parse.ts'
import type { Instruction } from './dockerfile/instruction.ts'
import { syntax } from './dockerfile/lex.ts'
import { expandAt } from './scope.ts'

/** Where a stage begins. */
export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string }

export interface Stage {
  readonly index: number
  readonly name?: string
  readonly from: Instruction<'FROM'>
  readonly base: StageBase
  readonly instructions: readonly Instruction[]
}

export interface StagePlan {
  /** Those that the target needs, in the order of the file; the target is the last. */
  readonly needed: readonly Stage[]
  /** `ARG` before the first `FROM`. */
  readonly globals: readonly Instruction<'ARG'>[]
  readonly globalValues: ReadonlyMap<string, string>
  readonly stages: readonly Stage[]
}

export interface StageOptions {
  readonly buildArgs: ReadonlyMap<string, string>
  /** Name or number of a stage; the last when absent. */
  readonly target?: string
}

/** Cuts a Dockerfile into stages and leaves out what the target does not need. @throws E_BUILD_SYNTAX */
export const planStages = (dockerfile: Dockerfile, options: StageOptions): StagePlan => {
  const { globals, rest } = splitGlobals(dockerfile.instructions)
  const globalValues = globalArgs(globals, dockerfile.escape, options.buildArgs)
  const stages: Stage[] = []
  for (const { from, instructions } of rest)
    stages.push(makeStage({ from, instructions, stages, globalValues, escape: dockerfile.escape }))
  const target = findTarget(stages, options.target)
  const needed = new Set<number>()
  const visit = (stage: Stage): void => {
    if (needed.has(stage.index)) return
    needed.add(stage.index)
    for (const index of stageInputs(stage, stages)) {
      const input = stages[index]
      if (input) visit(input)
    }
  }
  visit(target)
  return { globals, globalValues, stages, needed: stages.filter(({ index }) => needed.has(index)) }
}

const splitGlobals = (
  instructions: readonly Instruction[],
): { globals: Instruction<'ARG'>[]; rest: { from: Instruction<'FROM'>; instructions: Instruction[] }[] } => {
  const globals: Instruction<'ARG'>[] = []
  const rest: { from: Instruction<'FROM'>; instructions: Instruction[] }[] = []
  for (const instruction of instructions) {
    if (instruction.kind === 'FROM') rest.push({ from: instruction, instructions: [] })
    else if (rest.length > 0) rest.at(-1)?.instructions.push(instruction)
    else if (instruction.kind === 'ARG') globals.push(instruction)
    else throw syntax('no build stage in current context', instruction.where, 'Begin with FROM')
  }
  const last = instructions.at(-1)
  if (rest.length === 0 && last) throw syntax('no build stage in current context', last.where, 'Begin with FROM')
  return { globals, rest }
}

const globalArgs = (
  globals: readonly Instruction<'ARG'>[],
  escape: string,
  buildArgs: ReadonlyMap<string, string>,
): Map<string, string> => {
  const values = platformArgs()
  for (const { args, where } of globals) {
    for (const { name, value } of args) {
      const found =
        buildArgs.get(name) ?? (value === undefined ? undefined : expandAt(where, value, { variables: values, escape }))
      if (found !== undefined) values.set(name, found)
    }
  }
  return values
}

/** Arguments that exist without being declared, for the host is both where it is built and what it is built for. */
const platformArgs = (): Map<string, string> => {
  const platform = hostPlatform()
  const values = new Map<string, string>()
  for (const prefix of ['BUILD', 'TARGET']) {
    values.set(`${prefix}PLATFORM`, printPlatform(platform))
    values.set(`${prefix}OS`, platform.os)
    values.set(`${prefix}ARCH`, platform.architecture)
    values.set(`${prefix}VARIANT`, platform.variant ?? '')
  }
  return values
}

const makeStage = (parts: {
  from: Instruction<'FROM'>
  instructions: readonly Instruction[]
  stages: readonly Stage[]
  globalValues: ReadonlyMap<string, string>
  escape: string
}): Stage => {
  const { from, instructions, stages } = parts
  const options = { variables: parts.globalValues, escape: parts.escape }
  const image = expandAt(from.where, from.image, options)
  if (image === '') throw syntax(`base name (${from.image}) should not be blank`, from.where)
  if (from.platform !== undefined) checkPlatform(expandAt(from.where, from.platform, options), from)
  const earlier = stages.findLast(({ name }) => name === image.toLowerCase())
  const base: StageBase =
    image === 'scratch'
      ? { kind: 'scratch' }
      : earlier
        ? { kind: 'stage', index: earlier.index }
        : { kind: 'image', reference: image }
  return { index: stages.length, from, base, instructions, ...(from.name === undefined ? {} : { name: from.name }) }
}

const checkPlatform = (text: string, { where }: Instruction<'FROM'>): void => {
  const [wanted, host] = [parsePlatform(text), hostPlatform()]
  if (wanted?.os === host.os && wanted.architecture === host.architecture) return
  throw new AppError(
    'E_BUILD_UNSUPPORTED',
    `dockerfile line ${where.line}: building for "${text}" is not supported yet`,
    {
      where,
      hint: `This machine builds for ${printPlatform(host)}`,
    },
  )
}

const findTarget = (stages: readonly Stage[], target: string | undefined): Stage => {
  const found = target ? findStage(stages, target) : stages.at(-1)
  if (found) return found
  const names = stages.flatMap(({ name }) => name ?? [])
  const near = target && suggest(target, names)
  throw new AppError('E_BUILD_SYNTAX', `target stage "${target}" could not be found`, {
    hint: near ? `did you mean "${near}"?` : `The stages are ${names.join(', ') || 'not named'}`,
  })
}

/** A stage by its name in any case, or by its number. */
export const findStage = (stages: readonly Stage[], text: string): Stage | undefined =>
  stages.findLast(({ name }) => name === text.toLowerCase()) ?? (/^\d+$/.test(text) ? stages[Number(text)] : undefined)

/** Stages that a stage stands on or copies from. */
const stageInputs = (stage: Stage, stages: readonly Stage[]): number[] => {
  const inputs = stage.base.kind === 'stage' ? [stage.base.index] : []
  for (const instruction of stage.instructions) {
    if (instruction.kind !== 'COPY' || instruction.from === undefined) continue
    const source = findStage(stages.slice(0, stage.index), instruction.from)
    if (source) inputs.push(source.index)
    else if (/^\d+$/.test(instruction.from)) {
      throw syntax(
        `invalid stage index ${instruction.from}: a stage can only copy from one before it`,
        instruction.where,
      )
    }
  }
  return inputs
}
