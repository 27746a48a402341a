import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Desired, DesiredNetwork, DesiredVolume } from './desired.ts'
import { LABEL } from './labels.ts'
import { networkNamed } from './lookup.ts'
import type { Observed, ObservedContainer, ObservedNetwork } from './observed.ts'
import type { UpPolicy } from './policy.ts'
import type { Scope } from './scope.ts'

/** The networks and volumes that the services in scope use, beside those that there are. */
export interface Survey {
  readonly missingNetworks: readonly DesiredNetwork[]
  /** Made with another configuration: to be removed and made anew. */
  readonly divergedNetworks: readonly { readonly desired: DesiredNetwork; readonly observed: ObservedNetwork }[]
  readonly missingVolumes: readonly DesiredVolume[]
  /** Id by name of the networks that stay. */
  readonly networkIds: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

export interface SurveyInput {
  readonly desired: Desired
  readonly observed: Observed
  readonly policy: UpPolicy
  readonly scope: Scope
  /** The ones that this plan removes. */
  readonly orphans: readonly ObservedContainer[]
}

export const survey = (input: SurveyInput): Survey => {
  const { services } = input.scope
  const networkKeys = services.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.network))
  const volumeKeys = services.flatMap(({ namedVolumes }) => namedVolumes.map((volume) => volume.key))
  const networks = picked(input.desired.networks, networkKeys).map((network) => surveyNetwork(input, network))
  const volumes = picked(input.desired.volumes, volumeKeys).map((volume) => surveyVolume(input, volume))
  return {
    missingNetworks: networks.flatMap(({ missing }) => missing ?? []),
    divergedNetworks: networks.flatMap(({ diverged }) => diverged ?? []),
    missingVolumes: volumes.flatMap(({ missing }) => missing ?? []),
    networkIds: new Map(networks.flatMap(({ stays }): [string, string][] => (stays ? [[stays.name, stays.id]] : []))),
    diagnostics: [...networks, ...volumes].flatMap(({ diagnostic }) => diagnostic ?? []),
  }
}

/** The resources, of a record by key, that are among the keys. */
const picked = <T>(record: Readonly<Record<string, T>>, keys: readonly string[]): T[] =>
  Object.entries(record).flatMap(([key, value]) => (keys.includes(key) ? [value] : []))

interface NetworkFinding {
  readonly missing?: DesiredNetwork
  readonly diverged?: { readonly desired: DesiredNetwork; readonly observed: ObservedNetwork }
  readonly stays?: ObservedNetwork
  readonly diagnostic?: Diagnostic
}

/** Networks that the engine itself has, whatever their state. */
const BUILT_IN = new Set(['bridge', 'host', 'none'])

const surveyNetwork = (input: SurveyInput, desired: DesiredNetwork): NetworkFinding => {
  const observed = networkNamed(input.observed, desired.name)
  if (!observed) {
    if (!desired.external) return { missing: desired }
    return BUILT_IN.has(desired.name) ? {} : { diagnostic: notFound('Network', desired.name) }
  }
  const stays = { ...observed, name: desired.name }
  if (desired.external) return { stays }
  const owner = observed.labels[LABEL.project]
  if (owner !== input.desired.project) return { stays, diagnostic: foreign('Network', desired.name, input) }
  const hash = observed.labels[LABEL.configHash]
  if (hash === undefined || hash === desired.hash) return { stays }
  if (mayReplace(input, observed)) return { diverged: { desired, observed } }
  return { stays, diagnostic: divergedDiagnostic('Network', desired.name) }
}

/** A network can be made anew when every container of the project on it is made anew too, or removed. */
const mayReplace = ({ observed, policy, scope, orphans }: SurveyInput, network: ObservedNetwork): boolean =>
  policy.recreate !== 'never' &&
  policy.recreateDeps !== 'never' &&
  observed.containers
    .filter((container) => container.networks.some(({ id, name }) => id === network.id || name === network.name))
    .every((container) => orphans.includes(container) || (!container.oneOff && scope.names.has(container.service)))

interface VolumeFinding {
  readonly missing?: DesiredVolume
  readonly diagnostic?: Diagnostic
}

/** A volume is never made anew: its data would be lost. */
const surveyVolume = (input: SurveyInput, desired: DesiredVolume): VolumeFinding => {
  const observed = input.observed.volumes.find((volume) => volume.name === desired.name)
  if (!observed) return desired.external ? { diagnostic: notFound('Volume', desired.name) } : { missing: desired }
  if (desired.external) return {}
  if (observed.labels[LABEL.project] !== input.desired.project) {
    return { diagnostic: foreign('Volume', desired.name, input) }
  }
  const hash = observed.labels[LABEL.configHash]
  return hash === undefined || hash === desired.hash ? {} : { diagnostic: divergedDiagnostic('Volume', desired.name) }
}

const notFound = (what: string, name: string): Diagnostic => ({
  severity: 'error',
  code: 'E_PLAN_EXTERNAL',
  message: `${what} "${name}" is declared as external, but does not exist`,
})

const foreign = (what: string, name: string, { desired }: SurveyInput): Diagnostic => ({
  severity: 'warning',
  code: 'E_PLAN_FOREIGN',
  message: `${what} "${name}" exists but was not made for project "${desired.project}": it is used as it is`,
})

const divergedDiagnostic = (what: string, name: string): Diagnostic => ({
  severity: 'warning',
  code: 'E_PLAN_DIVERGED',
  message: `${what} "${name}" exists with another configuration: it is used as it is`,
})
