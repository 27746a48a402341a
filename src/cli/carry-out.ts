import { AppError, messageOf } from '../errors/app-error.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Plan } from '../plan/plan.ts'
import { renderPlan } from '../plan/render.ts'
import { runPlan } from '../scheduler/run-plan.ts'
import { stepError } from '../scheduler/step-error.ts'
import type { RunOptions, RunReport } from '../scheduler/run-options.ts'
import type { ComposeContext } from './compose-context.ts'
import type { Progress } from './render/progress.ts'
import { warningReport } from './render/error-report.ts'
import { usageError } from './usage-error.ts'

/** Findings of a plan that stand in its way. */
export class PlanRejected extends AppError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super('E_CLI_FAILED', diagnostics.map(({ message }) => message).join('; '))
    this.diagnostics = diagnostics
  }
}

export interface CarryOutOptions extends Pick<Progress, 'emit' | 'note'> {
  readonly signal?: AbortSignal
}

/**
 * Prints a plan's warnings, and runs it.
 * @throws PlanRejected
 * @throws the error of the step that failed, or an AggregateError of several
 */
export const carryOut = async (cx: ComposeContext, plan: Plan, options: CarryOutOptions): Promise<void> => {
  await checkFindings(plan, options.note)
  if (plan.steps.length === 0 && plan.kept.length === 0) return
  const signal = options.signal ?? cx.signal
  const report = await runPlan(plan, await cx.engine(), {
    signal,
    emit: options.emit,
    ...parallelism(cx),
    ...(await authentication(cx, plan)),
    writeFile: async (material, project) => (await cx.files()).write(material, project),
    buildContext: async (build, { signal }) => (await import('./build-context.ts')).packContext(build, { signal }),
  })
  signal.throwIfAborted()
  throwFailures(report)
}

/** Shows progress while a plan is run. */
export const carryOutShown = async (cx: ComposeContext, plan: Plan, title: string): Promise<void> => {
  const progress = await cx.progress(title)
  try {
    await carryOut(cx, plan, progress)
  } finally {
    await progress.close()
  }
}

/** The plan as text when `--dry-run` is given, before or after the command; else undefined. */
export const dryRun = (cx: ComposeContext, options: { readonly dryRun: boolean }, plan: Plan): string | undefined =>
  options.dryRun || cx.globals.dryRun ? renderPlan(plan) : undefined

const checkFindings = async ({ diagnostics }: Plan, note: Progress['note']): Promise<void> => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  if (warnings.length > 0) await note(warningReport(warnings))
  if (errors.length > 0) throw new PlanRejected(errors)
}

const parallelism = (cx: ComposeContext): { parallel?: number } => {
  const given = cx.globals.parallel === -1 ? Number(cx.io.env['COMPOSE_PARALLEL_LIMIT'] ?? -1) : cx.globals.parallel
  if (!Number.isInteger(given) || given === 0 || given < -1) {
    throw usageError(`invalid value for --parallel: "${given}"`, 'Use a number from 1, or -1 for no limit')
  }
  return given === -1 ? {} : { parallel: given }
}

/** Read only when something is pulled. */
const authentication = async (cx: ComposeContext, plan: Plan): Promise<Pick<RunOptions, 'auth'>> => {
  if (!plan.steps.some(({ action }) => action.kind === 'image.pull')) return {}
  const { registryAuth } = await import('./registry-auth.ts')
  return { auth: await registryAuth(cx.io.env) }
}

const throwFailures = ({ failed }: RunReport): void => {
  const errors = failed.map(({ step, error }) => stepError(step, error))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join('\n'))
}
