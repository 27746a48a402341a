import type { Project, ServiceModel } from '../compose/model.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { PullPolicy } from './desired.ts'

/** Pull policies that look at the age of an image are not among them. */
export const PULL_POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  never: 'never',
  missing: 'missing',
  if_not_present: 'missing',
  build: 'build',
}

interface Rule {
  /** Of the attribute, below the service. */
  readonly path: string
  /** What is said when it has no effect, or undefined. */
  readonly say: (service: ServiceModel) => string | undefined
}

const RULES: readonly Rule[] = [
  {
    path: 'pull_policy',
    say: ({ pull_policy: written = 'missing' }) =>
      written in PULL_POLICIES
        ? undefined
        : `pull_policy "${written}" acts as "missing": the age of images is not looked at`,
  },
  {
    path: 'links',
    say: ({ links = [], external_links: external = [], network_mode: mode }) =>
      links.length + external.length === 0 || mode === undefined || mode === 'bridge' || mode === 'default'
        ? undefined
        : `links have no effect with network_mode "${mode}"`,
  },
  {
    path: 'deploy.restart_policy.max_attempts',
    say: ({ deploy }) => {
      const { condition = 'any', max_attempts: attempts } = deploy?.restart_policy ?? {}
      return attempts === undefined || condition === 'on-failure'
        ? undefined
        : `max_attempts has no effect with condition "${condition}": only failures are counted`
    },
  },
]

/** Warnings of what a service asks for and does not get. */
export const ignoredAttributes = (project: Project, name: string): Diagnostic[] =>
  RULES.flatMap(({ path, say }): Diagnostic[] => {
    const text = say(project.model.services[name] ?? {})
    const where = project.where(`services.${name}.${path}`)
    if (text === undefined) return []
    const message = `In service "${name}", ${text}`
    return [{ severity: 'warning', code: 'E_PLAN_IGNORED', message, ...(where ? { where } : {}) }]
  })
