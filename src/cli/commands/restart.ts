import { defined } from '../../lib/defined.ts'
import { planRestart } from '../../plan/lifecycle.ts'
import { carryOutShown, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { findSituation } from '../plan-context.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const restart = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    noDeps: { kind: 'boolean', help: "Don't restart dependent services" },
    timeout: { kind: 'int', short: 't', help: 'Specify a shutdown timeout in seconds' },
  },
  async run(cx, options, services) {
    const { observed, desired } = await findSituation(cx, services, { only: 'containers' })
    const { noDeps, timeout } = options
    const plan = planRestart({ observed, services, noDeps, ...defined({ desired, timeout }) })
    return dryRun(cx, options, plan) ?? carryOutShown(cx, plan, 'Restarting').then(() => undefined)
  },
})
