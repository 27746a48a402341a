import type { Project } from '../../compose/model.ts'
import { withDependencies } from '../../graph/order.ts'
import type { ServiceGraph } from '../../graph/service-graph.ts'
import { noSuchService } from '../target.ts'
import type { UpOptions } from './options.ts'

export interface AttachedServices {
  /** Their output is shown. */
  readonly shown: ReadonlySet<string>
  /** `up` ends when none of them runs any more. */
  readonly watched: ReadonlySet<string>
}

/**
 * Whose output `up` shows: those of `--attach`, else the named services (all, when none is named), with
 * `--attach-dependencies` also what they need, but for `attach: false` and `--no-attach`.
 * @throws E_CLI_NO_SERVICE
 */
export const attachedServices = (
  { project, graph }: { readonly project: Project; readonly graph: ServiceGraph },
  services: readonly string[],
  options: Pick<UpOptions, 'attach' | 'noAttach' | 'attachDependencies'>,
): AttachedServices => {
  const known = Object.keys(project.model.services)
  for (const name of [...options.attach, ...options.noAttach]) {
    if (!known.includes(name)) throw noSuchService(name, known)
  }
  const named = services.length === 0 ? known : services
  const launched = options.attachDependencies ? withDependencies(graph, named) : named
  const wanted =
    options.attach.length > 0
      ? options.attach
      : launched.filter((name) => project.model.services[name]?.attach !== false)
  const shown = new Set(wanted.filter((name) => !options.noAttach.includes(name)))
  return { shown, watched: services.length > 0 && !options.attachDependencies ? new Set(services) : shown }
}
