import { defined } from '../../lib/defined.ts'
import { withDependencies } from '../../graph/order.ts'
import type { DesiredService } from '../../plan/desired.ts'
import { imageIdOf } from '../../plan/lookup.ts'
import { PlanBuilder } from '../../plan/plan.ts'
import { observe } from '../../scheduler/observe.ts'
import { carryOut, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { desireProject } from '../plan-context.ts'
import { errorReport } from '../render/error-report.ts'
import { quietProgress } from '../render/quiet.ts'
import { usageError } from '../usage-error.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const pull = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    ignoreBuildable: { kind: 'boolean', help: 'Ignore images that can be built' },
    ignorePullFailures: {
      kind: 'boolean',
      help: 'Pull what it can and ignores images with pull failures',
    },
    includeDeps: { kind: 'boolean', help: 'Also pull services declared as dependencies' },
    policy: { kind: 'string', help: 'Apply pull policy ("missing"|"always")' },
    quiet: { kind: 'boolean', short: 'q', help: 'Pull without printing progress information' },
  },
  async run(cx, options, services) {
    const policy = readPolicy(options.policy)
    const desired = desireProject(await cx.project({ services }))
    const named = services.length === 0 ? desired.graph.nodes : services
    const wanted = options.includeDeps ? withDependencies(desired.graph, named) : named
    const observed = await observe(await cx.engine(), { project: desired.project, signal: cx.signal })
    const builder = new PlanBuilder(desired.project)
    const images = new Set<string>()
    for (const { name, image, platform, pullPolicy } of wanted.flatMap((one) => desired.services[one] ?? [])) {
      const service = desired.services[name]
      const skipped = service?.build && (options.ignoreBuildable || isUnnamed(service, desired.project))
      const missing = imageIdOf(observed, image) === undefined
      if (skipped || images.has(image) || pullPolicy === 'never' || (policy === 'missing' && !missing)) continue
      images.add(image)
      builder.add(defined({ kind: 'image.pull' as const, image, service: name, platform }), 'asked for')
    }
    const plan = builder.build()
    const text = dryRun(cx, options, plan)
    if (text !== undefined) return text
    const progress = options.quiet ? quietProgress({ output: cx.stderr }) : await cx.progress('Pulling')
    try {
      await carryOut(cx, plan, progress)
    } catch (error) {
      if (!options.ignorePullFailures || cx.signal.aborted) throw error
      await cx.stderr.write(errorReport(error))
    } finally {
      await progress.close()
    }
    return undefined
  },
})

/** An image that only a build can make has a name of our own making, which must not be looked for in a registry. */
const isUnnamed = ({ name, image }: DesiredService, project: string): boolean => image === `${project}-${name}`

const readPolicy = (text: string | undefined): 'missing' | 'always' => {
  if (text === undefined || text === '' || text === 'always') return 'always'
  if (text === 'missing') return text
  throw usageError(`unsupported --policy value "${text}"`, 'Use missing or always')
}
