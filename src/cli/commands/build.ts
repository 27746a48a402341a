import type { BuildModel } from '../../compose/model.ts'
import { withDependencies } from '../../graph/order.ts'
import { PlanBuilder } from '../../plan/plan.ts'
import { carryOut, dryRun } from '../carry-out.ts'
import { dryRunOption } from '../options/compose-options.ts'
import { desireProject } from '../plan-context.ts'
import { quietProgress } from '../render/quiet.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const build = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    ...dryRunOption,
    buildArg: { kind: 'list', help: 'Set build-time variables for services' },
    noCache: { kind: 'boolean', help: 'Do not use cache when building the image' },
    pull: { kind: 'boolean', help: 'Always attempt to pull a newer version of the image' },
    quiet: { kind: 'boolean', short: 'q', help: 'Suppress the build output' },
    withDependencies: { kind: 'boolean', help: 'Also build dependencies (transitively)' },
  },
  async run(cx, options, services) {
    const project = await cx.project({ services })
    const desired = desireProject(project)
    const named = services.length === 0 ? desired.graph.nodes : services
    const wanted = options.withDependencies ? withDependencies(desired.graph, named) : named
    const args = Object.fromEntries(options.buildArg.map((text) => readArgument(text, project.environment)))
    const builder = new PlanBuilder(desired.project)
    for (const { name, image, build } of wanted.flatMap((one) => desired.services[one] ?? [])) {
      if (!build) continue
      const changed: BuildModel = {
        ...build,
        args: { ...build.args, ...args },
        ...(options.noCache ? { no_cache: true } : {}),
      }
      const pull = options.pull || build.pull === true
      builder.add({ kind: 'image.build', image, service: name, build: changed, pull }, 'asked for')
    }
    const plan = builder.build()
    const text = dryRun(cx, options, plan)
    if (text !== undefined) return text
    const progress = options.quiet ? quietProgress({ output: cx.stderr }) : await cx.progress('Building')
    try {
      await carryOut(cx, plan, progress)
    } finally {
      await progress.close()
    }
    return undefined
  },
})

/** `K=V`, or `K` alone for the value of the environment. */
const readArgument = (text: string, environment: Readonly<Record<string, string>>): [string, string | null] => {
  const at = text.indexOf('=')
  return at < 0 ? [text, environment[text] ?? null] : [text.slice(0, at), text.slice(at + 1)]
}
