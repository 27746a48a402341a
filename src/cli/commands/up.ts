import { carryOut, dryRun } from '../carry-out.ts'
import { desireProject } from '../plan-context.ts'
import { checkUpOptions, isDetached } from '../up/check-options.ts'
import { upOptions } from '../up/options.ts'
import { planUp } from '../up/plan-up.ts'
import { readScale, readUpPolicy, withOnUnhealthy } from '../up/policy.ts'
import { withoutQuietParts } from '../up/quiet-parts.ts'
import { quietProgress } from '../render/quiet.ts'
import { waitUp } from '../../scheduler/wait-up.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const up = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: upOptions,
  async run(cx, options, services) {
    checkUpOptions(options)
    const policy = readUpPolicy(options, services, cx.io.env)
    const project = withOnUnhealthy(await cx.project({ services }), options.onUnhealthy)
    const desired = desireProject(project, { scale: readScale(options.scale, project) })
    if (options.dryRun || cx.globals.dryRun) {
      const plan = await planUp(cx, desired, { policy, dryRun: true, ...quietProgress({ output: cx.stderr }) })
      return dryRun(cx, { dryRun: true }, plan)
    }
    if (!isDetached(options) && !options.noStart) {
      const { runForeground } = await import('../up/foreground.ts')
      return runForeground(cx, { project, desired, policy, options, services })
    }
    const progress = await cx.progress('Running')
    const emit = withoutQuietParts(progress.emit, options)
    const { note } = progress
    try {
      const plan = await planUp(cx, desired, { policy, dryRun: false, emit, note })
      await carryOut(cx, plan, { emit, note })
      if (options.wait && !options.noStart) {
        const timeout = options.waitTimeout ? { timeout: options.waitTimeout * 1000 } : {}
        await waitUp(desired, await cx.engine(), { services, signal: cx.signal, emit, ...timeout })
      }
    } finally {
      await progress.close()
    }
    return undefined
  },
})
