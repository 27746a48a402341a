import { defined } from '../../lib/defined.ts'
import { downPolicy, planDown } from '../../plan/down.ts'
import { carryOutShown, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { isOn } from '../options/convert.ts'
import { findSituation } from '../plan-context.ts'
import { usageError } from '../usage-error.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const down = composeCommand({
  usage: '[OPTIONS] [SERVICES]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    removeOrphans: { kind: 'boolean', help: 'Remove containers for services not defined in the Compose file' },
    rmi: {
      kind: 'string',
      help: 'Remove images used by services. "local" remove only images that don\'t have a custom tag ("local"|"all")',
    },
    timeout: { kind: 'int', short: 't', help: 'Specify a shutdown timeout in seconds' },
    volumes: {
      kind: 'boolean',
      short: 'v',
      help: 'Remove named volumes declared in the "volumes" section of the Compose file and anonymous volumes attached to containers',
    },
  },
  async run(cx, options, services) {
    const { env } = cx.io
    const images = readImages(options.rmi)
    const { target, observed, desired } = await findSituation(cx, services)
    const policy = downPolicy({
      services,
      volumes: options.volumes,
      removeOrphans: options.removeOrphans || isOn(env['COMPOSE_REMOVE_ORPHANS']),
      ignoreOrphans: isOn(env['COMPOSE_IGNORE_ORPHANS']),
      ...defined({ images, timeout: options.timeout }),
    })
    const plan = planDown(observed, policy, desired)
    const text = dryRun(cx, options, plan)
    if (text !== undefined) return text
    await carryOutShown(cx, plan, 'Running')
    if (services.length === 0) await (await cx.files()).remove(target.name)
    return undefined
  },
})

const readImages = (text: string | undefined): 'local' | 'all' | undefined => {
  if (text === undefined || text === 'local' || text === 'all') return text
  throw usageError(`invalid value for --rmi: "${text}"`, 'Use local or all')
}
