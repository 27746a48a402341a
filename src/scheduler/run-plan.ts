import PQueue from 'p-queue'
import { AppError } from '../errors/app-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { EnginePort } from '../port/engine-port.ts'
import { EventHub } from './event-hub.ts'
import { type RunContext, execute } from './executors.ts'
import { DEFAULT_PARALLEL, type RunOptions, type RunReport } from './run-options.ts'
import { plainWords } from './step-error.ts'
import { wordsOf } from './step-words.ts'

/**
 * Carries a plan out, each step as soon as the steps in its `after` are done, `parallel` at a time. A step that fails
 * takes only those with it that need it; the rest goes on. Never rejects for a failed step: the report says how each
 * step ended.
 * @throws the plan's first error diagnostic, before anything is begun; the signal's reason when it was aborted
 */
export const runPlan = async (plan: Plan, engine: EnginePort, options: RunOptions = {}): Promise<RunReport> => {
  refuse(plan)
  const signal = options.signal ?? new AbortController().signal
  signal.throwIfAborted()
  const emit = options.emit ?? (() => undefined)
  const hub = new EventHub(engine.events, plan.project)
  const context: RunContext = {
    engine,
    project: plan.project,
    options,
    signal,
    emit,
    hub,
    ids: new Map(),
    images: new Map(),
    files: new Map(),
  }
  for (const { name } of plan.kept) emit({ id: `Container ${name}`, status: 'done', text: 'Running' })
  try {
    const report = await runSteps(plan, context)
    signal.throwIfAborted()
    return report
  } finally {
    hub.close()
  }
}

const refuse = ({ diagnostics }: Plan): void => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return
  const { code, where, hint } = first
  const message = errors.map((error) => error.message).join('\n')
  throw new AppError(code, message, { ...(where ? { where } : {}), ...(hint ? { hint } : {}) })
}

type End =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'skipped'; readonly because?: Step }

const runSteps = async (plan: Plan, context: RunContext): Promise<RunReport> => {
  const queue = new PQueue({ concurrency: context.options.parallel ?? DEFAULT_PARALLEL })
  const ends = new Map<number, Promise<End>>()
  for (const step of plan.steps) ends.set(step.id, runStep(step, { plan, context, queue, ends }))
  const all = await Promise.all(plan.steps.map(async (step) => ({ step, end: await endOf(ends, step.id) })))
  return {
    done: all.flatMap(({ step, end }) => (end.kind === 'done' ? [step] : [])),
    failed: all.flatMap(({ step, end }) => (end.kind === 'failed' ? [{ step, error: end.error }] : [])),
    skipped: all.flatMap(({ step, end }) =>
      end.kind === 'skipped' ? [end.because ? { step, because: end.because } : { step }] : [],
    ),
  }
}

const endOf = (ends: ReadonlyMap<number, Promise<End>>, id: number): Promise<End> =>
  ends.get(id) ?? Promise.resolve({ kind: 'done' })

interface Run {
  readonly plan: Plan
  readonly context: RunContext
  readonly queue: PQueue
  readonly ends: ReadonlyMap<number, Promise<End>>
}

const runStep = async (step: Step, { plan, context, queue, ends }: Run): Promise<End> => {
  const [before] = await Promise.all([
    Promise.all(step.after.map((id) => endOf(ends, id))),
    Promise.all(step.afterEnd.map((id) => endOf(ends, id))),
  ])
  const because = before.flatMap((end, index): Step[] => {
    if (end.kind === 'failed') return plan.steps.filter(({ id }) => id === step.after[index])
    return end.kind === 'skipped' && end.because ? [end.because] : []
  })
  const [first] = because
  if (first) return { kind: 'skipped', because: first }
  if (context.signal.aborted || before.some((end) => end.kind === 'skipped')) return { kind: 'skipped' }
  const run = (): Promise<End> => carryOut(step, context)
  // A wait does no work: it must not keep a place from a step that it may be waiting for.
  return step.action.kind.startsWith('wait.') ? run() : queue.add(run)
}

const carryOut = async (step: Step, context: RunContext): Promise<End> => {
  const { signal, emit } = context
  if (signal.aborted) return { kind: 'skipped' }
  const { id, begin, end } = wordsOf(step.action)
  if (begin !== null) emit({ id, status: 'working', text: begin })
  if (step.action.kind === 'wait.healthy' || step.action.kind === 'wait.completed') {
    for (const { name } of step.action.containers) emit({ id: `Container ${name}`, status: 'working', text: 'Waiting' })
  }
  try {
    const outcome = await execute(step.action, context)
    if (outcome?.warning !== undefined) emit({ id, status: 'warning', text: outcome.warning })
    else if (end !== null) emit({ id, status: 'done', text: end })
    return { kind: 'done' }
  } catch (error) {
    if (signal.aborted) return { kind: 'skipped' }
    if (begin !== null || end !== null) emit({ id, status: 'error', text: 'Error', details: plainWords(error) })
    return { kind: 'failed', error }
  }
}
