import { defined } from '../../lib/defined.ts'
import { planStop } from '../../plan/lifecycle.ts'
import { carryOutShown, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { findSituation } from '../plan-context.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const stop = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    timeout: { kind: 'int', short: 't', help: 'Specify a shutdown timeout in seconds' },
  },
  async run(cx, options, services) {
    const { observed, desired } = await findSituation(cx, services, { only: 'containers' })
    const plan = planStop({ observed, services, ...defined({ desired, timeout: options.timeout }) })
    return dryRun(cx, options, plan) ?? carryOutShown(cx, plan, 'Stopping').then(() => undefined)
  },
})
