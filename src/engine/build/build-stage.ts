import { AppError, isAppError } from '../../errors/app-error.ts'
import { digestHex } from '../../spec/digest.ts'
import { hostPlatform } from '../../spec/platform.ts'
import { type BuildJob, say } from './build-job.ts'
import { type ConfigKind, applyConfigStep, isConfigInstruction } from './config-steps.ts'
import { copyStep, workdirStep } from './copy-step.ts'
import type { Instruction } from './dockerfile/instruction.ts'
import { runStep } from './run-step.ts'
import { declareArgs, expandAt, expandWordsAt, scopeVariables } from './scope.ts'
import type { Stage } from './stages.ts'
import { type StageState, stageId, stageScope, withNote } from './stage-state.ts'

export interface StageReports {
  /** Called with the text of each instruction before it is done. */
  announce(text: string): void
  /** Called with what is built so far, to keep its layers. */
  onState(state: StageState): void
}

/** Builds one stage; those that it needs are done. */
export const buildStage = async (job: BuildJob, stage: Stage, reports: StageReports): Promise<StageState> => {
  reports.announce(stage.from.text)
  let state = await beginStage(job, stage)
  reports.onState(state)
  say(job, ` ---> ${stage.base.kind === 'scratch' ? '' : shortId(state)}`)
  for (const instruction of stage.instructions) {
    job.signal.throwIfAborted()
    reports.announce(instruction.text)
    state = await doInstruction(job, state, instruction)
    reports.onState(state)
    say(job, ` ---> ${shortId(state)}`)
  }
  return state
}

const shortId = (state: StageState): string => digestHex(stageId(state)).slice(0, 12)

const beginStage = async (job: BuildJob, { base, from }: Stage): Promise<StageState> => {
  if (base.kind === 'stage') {
    const state = job.done.get(base.index)
    if (!state) throw new Error(`stage ${base.index} is not built`)
    return { ...state, hasCmd: false }
  }
  if (base.kind === 'scratch') return scratch(job)
  const { images } = job.parts
  const id = await findBase(job, base.reference, from)
  const { config, rootfs, history, os, architecture, variant, created, author } = await images.config(id)
  if (config.OnBuild?.length) {
    throw new AppError(
      'E_BUILD_UNSUPPORTED',
      `dockerfile line ${from.where.line}: ONBUILD instructions of "${base.reference}" are not supported yet`,
      { where: from.where },
    )
  }
  return {
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    config: { ...config, Env: withPath(config.Env) },
    ...(author === undefined ? {} : { author }),
    diffIds: rootfs.diff_ids,
    history,
    args: new Map(),
    hasCmd: false,
    key: id,
    created: created ?? EPOCH,
  }
}

const EPOCH = '1970-01-01T00:00:00Z'
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const withPath = (env: readonly string[] | null | undefined): string[] =>
  env?.some((entry) => entry.startsWith('PATH=')) ? [...env] : [...(env ?? []), PATH]

const scratch = (job: BuildJob): StageState => ({
  platform: hostPlatform(),
  config: { Env: [PATH] },
  diffIds: [],
  history: [],
  args: new Map(),
  hasCmd: false,
  key: 'scratch',
  created: new Date((job.epoch ?? 0) * 1000).toISOString(),
})

/** The base image's id; it is pulled when it is not here, or when the build is to take the newest. */
const findBase = async (job: BuildJob, reference: string, { where }: Instruction<'FROM'>) => {
  const { images } = job.parts
  const local = async () => (await images.resolve(reference)).id
  if (!job.options.pull) {
    try {
      return await local()
    } catch (error) {
      if (!isAppError(error, 'E_IMAGE_NOT_FOUND')) throw error
    }
  }
  try {
    for await (const message of images.pull(reference, { signal: job.signal })) job.report(message)
    return await local()
  } catch (error) {
    if (!isAppError(error)) throw error
    throw new AppError(error.code, error.message, {
      where,
      cause: error,
      httpStatus: error.httpStatus,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}

const doInstruction = async (job: BuildJob, state: StageState, instruction: Instruction): Promise<StageState> => {
  if (isConfigInstruction(instruction)) return configStep(job, state, instruction)
  if (instruction.kind === 'RUN') return runStep(job, state, instruction)
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD') return copyStep(job, state, instruction)
  if (instruction.kind === 'ARG') {
    const { args } = declareArgs(stageScope(state), instruction, {
      buildArgs: job.buildArgs,
      globalValues: job.plan.globalValues,
      escape: job.escape,
    })
    return withNote({ ...state, args }, instruction.text)
  }
  if (instruction.kind === 'MAINTAINER') return withNote({ ...state, author: instruction.value }, instruction.text)
  throw new Error(`${instruction.kind} within a stage`)
}

const configStep = async (
  job: BuildJob,
  state: StageState,
  instruction: Instruction<ConfigKind>,
): Promise<StageState> => {
  const options = { variables: scopeVariables(stageScope(state)), escape: job.escape }
  const config = applyConfigStep(state.config, instruction, {
    hasCmd: state.hasCmd,
    expand: {
      word: (text) => expandAt(instruction.where, text, options),
      words: (text) => expandWordsAt(instruction.where, text, options),
    },
  })
  const args = instruction.kind === 'ENV' ? withoutOverwritten(state, config.Env ?? []) : state.args
  const hasCmd = state.hasCmd || instruction.kind === 'CMD'
  const next = { ...state, config, args, hasCmd }
  if (instruction.kind === 'WORKDIR' && config.WorkingDir !== '/') return workdirStep(job, next, instruction)
  return withNote(next, instruction.text)
}

/** Of an argument and a variable of one name the one that was written last counts. */
const withoutOverwritten = (state: StageState, env: readonly string[]): Map<string, string> => {
  const before = new Set(state.config.Env)
  const written = env.filter((entry) => !before.has(entry)).map((entry) => entry.slice(0, entry.indexOf('=')))
  return new Map([...state.args].filter(([name]) => !written.includes(name)))
}
