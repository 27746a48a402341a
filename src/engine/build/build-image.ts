import { AppError, isAppError } from '../../errors/app-error.ts'
import { printDiagnostic } from '../../errors/diagnostic.ts'
import { reportsOf } from '../../lib/async-queue.ts'
import type { ProgressMessage } from '../../port/common.ts'
import type { BuildOptions } from '../../port/images.ts'
import { digestHex } from '../../spec/digest.ts'
import { canonicalName, familiarName, imageRef } from '../../spec/image-ref.ts'
import { buildStage } from './build-stage.ts'
import { type BuildJob, type BuilderParts, say } from './build-job.ts'
import { openContext } from './context.ts'
import { parseDockerfile } from './dockerfile/parse.ts'
import { unusedArgs } from './scope.ts'
import { type StagePlan, planStages } from './stages.ts'
import { type StageState, stageBytes, stageChain } from './stage-state.ts'

/**
 * Builds an image, with the classic builder's messages. What is wrong is shown with its line before the iteration
 * throws. @throws E_BUILD_SYNTAX, E_BUILD_UNSUPPORTED, E_BUILD_CONTEXT, E_BUILD_COPY, E_BUILD_FAILED
 */
export const buildImage = (
  parts: BuilderParts,
  archive: AsyncIterable<Uint8Array>,
  options: BuildOptions,
): AsyncIterable<ProgressMessage> =>
  reportsOf(async (report, signal) => {
    try {
      await build({ parts, archive, options, report, signal })
    } catch (error) {
      if (isAppError(error) && error.where) {
        const { code, message, where, hint } = error
        const shown = printDiagnostic({
          severity: 'error',
          code,
          message,
          where,
          ...(hint === undefined ? {} : { hint }),
        })
        report({ stream: `${shown}\n` })
      }
      throw error
    }
  }, options.signal)

interface Request {
  readonly parts: BuilderParts
  readonly archive: AsyncIterable<Uint8Array>
  readonly options: BuildOptions
  readonly signal: AbortSignal
  readonly report: (message: ProgressMessage) => void
}

const build = async ({ parts, archive, options, report, signal }: Request): Promise<void> => {
  const names = (options.tags ?? []).map(tagName)
  const file = options.dockerfile || 'Dockerfile'
  const { host, temporary } = parts
  await using context = await openContext(archive, { host, temporary, dockerfile: file, signal })
  const dockerfile = parseDockerfile(context.dockerfile, file)
  const buildArgs = givenArgs(options)
  const plan = planStages(dockerfile, { buildArgs, ...(options.target ? { target: options.target } : {}) })
  const job: BuildJob = {
    parts,
    options,
    context,
    plan,
    escape: dockerfile.escape,
    buildArgs,
    ...epochOf(buildArgs),
    done: new Map(),
    signal,
    report,
  }
  const releases: (() => void)[] = []
  try {
    const state = await buildStages(job, (built) => releases.push(parts.images.lease(stageChain(built))))
    warnUnused(job, plan)
    const id = await parts.images.add({
      config: stageBytes(withLabels(state, options)),
      names: names.map(canonicalName),
    })
    report({ aux: { ID: id } })
    say(job, `Successfully built ${digestHex(id).slice(0, 12)}`)
    for (const name of names) say(job, `Successfully tagged ${familiarName(name)}`)
  } finally {
    for (const release of releases) release()
  }
}

const buildStages = async (job: BuildJob, onState: (state: StageState) => void): Promise<StageState> => {
  const { needed, globals } = job.plan
  const total = globals.length + needed.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0)
  let step = 0
  const announce = (text: string): void => {
    step += 1
    say(job, `Step ${step}/${total} : ${text}`)
  }
  for (const { text } of globals) announce(text)
  let last: StageState | undefined
  for (const stage of needed) {
    last = await buildStage(job, stage, { announce, onState })
    job.done.set(stage.index, last)
  }
  if (!last) throw new Error('a plan without stages')
  return last
}

const tagName = (tag: string): ReturnType<typeof imageRef> => {
  const name = imageRef(tag)
  if (!name.digest) return name
  throw new AppError('E_SPEC_INVALID', `Cannot tag "${familiarName(name)}": refusing to create a tag with a digest`)
}

/** An argument without a value takes nothing. */
const givenArgs = ({ buildArgs = {} }: BuildOptions): Map<string, string> =>
  new Map(Object.entries(buildArgs).filter((entry): entry is [string, string] => entry[1] !== null))

const epochOf = (buildArgs: ReadonlyMap<string, string>): { epoch?: number } => {
  const text = buildArgs.get('SOURCE_DATE_EPOCH')
  if (text === undefined || text === '') return {}
  if (/^\d{1,11}$/.test(text)) return { epoch: Number(text) }
  throw new AppError('E_SPEC_INVALID', `Cannot read SOURCE_DATE_EPOCH "${text}": not a number of seconds`)
}

const withLabels = (state: StageState, { labels = {} }: BuildOptions): StageState => {
  if (Object.keys(labels).length === 0) return state
  return { ...state, config: { ...state.config, Labels: { ...state.config.Labels, ...labels } } }
}

const warnUnused = (job: BuildJob, plan: StagePlan): void => {
  const instructions = [...plan.globals, ...plan.stages.flatMap((stage) => stage.instructions)]
  const declared = new Set(
    instructions.flatMap((instruction) => (instruction.kind === 'ARG' ? instruction.args.map(({ name }) => name) : [])),
  )
  const unused = unusedArgs(job.buildArgs, declared)
  if (unused.length > 0) say(job, `[Warning] One or more build-args [${unused.join(' ')}] were not consumed`)
}
