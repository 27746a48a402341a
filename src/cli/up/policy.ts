import type { Project } from '../../compose/model.ts'
import { defined } from '../../lib/defined.ts'
import { type UpPolicy, upPolicy } from '../../plan/policy.ts'
import { isOn } from '../options/convert.ts'
import { noSuchService } from '../target.ts'
import { usageError } from '../usage-error.ts'
import type { UpOptions } from './options.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What the flags ask of the planner. */
export const readUpPolicy = (options: UpOptions, services: readonly string[], env: Env): UpPolicy =>
  upPolicy({
    services,
    noDeps: options.noDeps,
    recreate: recreateOf(options),
    ...(options.alwaysRecreateDeps ? { recreateDeps: 'force' as const } : {}),
    renewAnonymousVolumes: options.renewAnonVolumes,
    removeOrphans: options.removeOrphans || isOn(env['COMPOSE_REMOVE_ORPHANS']),
    ignoreOrphans: isOn(env['COMPOSE_IGNORE_ORPHANS']),
    start: !options.noStart,
    ...defined({ timeout: options.timeout, pull: readPull(options.pull), build: buildOf(options) }),
  })

const recreateOf = ({ forceRecreate, noRecreate }: UpOptions): UpPolicy['recreate'] => {
  if (forceRecreate) return 'force'
  return noRecreate ? 'never' : 'diverged'
}

const buildOf = ({ build, noBuild }: UpOptions): boolean | undefined => {
  if (build) return true
  return noBuild ? false : undefined
}

const PULLS = ['always', 'missing', 'never', 'build'] as const

const readPull = (text: string): UpPolicy['pull'] => {
  if (text === 'policy' || text === '') return undefined
  const pull = PULLS.find((one) => one === text)
  if (!pull) throw usageError(`invalid --pull option "${text}"`, 'Use always, missing or never')
  return pull
}

/** `--scale SERVICE=NUM`, by service. */
export const readScale = (texts: readonly string[], { model }: Pick<Project, 'model'>): Record<string, number> =>
  Object.fromEntries(
    texts.map((text) => {
      const [service = '', number] = text.split('=')
      if (number === undefined) throw usageError(`invalid --scale option "${text}". Should be SERVICE=NUM`)
      if (!/^\d+$/.test(number)) throw usageError(`invalid --scale option "${text}": "${number}" is no number`)
      if (!(service in model.services)) throw noSuchService(service, Object.keys(model.services))
      return [service, Number(number)]
    }),
  )

/** The project with `--on-unhealthy` on every service. */
export const withOnUnhealthy = (project: Project, action: string | undefined): Project => {
  if (action === undefined) return project
  if (action !== 'restart') throw usageError(`invalid value for --on-unhealthy: "${action}"`, 'Use restart')
  const services = Object.entries(project.model.services).map(([name, service]) => [
    name,
    { ...service, 'x-on-unhealthy': action },
  ])
  return { ...project, model: { ...project.model, services: Object.fromEntries(services) } }
}
