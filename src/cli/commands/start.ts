import { defined } from '../../lib/defined.ts'
import { planStart } from '../../plan/lifecycle.ts'
import { carryOutShown, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { findSituation } from '../plan-context.ts'
import { waitShown } from '../wait-shown.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const start = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    wait: { kind: 'boolean', help: 'Wait for services to be running|healthy' },
    waitTimeout: { kind: 'int', help: 'Maximum duration in seconds to wait for the project to be running|healthy' },
  },
  async run(cx, options, services) {
    const { observed, desired } = await findSituation(cx, services, { only: 'containers' })
    const plan = planStart({ observed, services, ...defined({ desired }) })
    const text = dryRun(cx, options, plan)
    if (text !== undefined) return text
    await carryOutShown(cx, plan, 'Running')
    if (options.wait && desired) await waitShown(cx, desired, { services, seconds: options.waitTimeout })
    return undefined
  },
})
