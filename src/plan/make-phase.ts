import type { ContainerRef } from './action.ts'
import type { Decision, Made } from './decide.ts'
import type { DesiredService } from './desired.ts'
import { type Draft, futureContainers } from './draft.ts'
import { defined } from '../lib/defined.ts'
import type { MountPoint } from '../port/containers.ts'
import { containersOf, imageIdOf, refOf } from './lookup.ts'
import { temporaryName } from './names.ts'
import type { ObservedContainer } from './observed.ts'
import { ownersOf } from './references.ts'

export const addNetworks = ({ builder, survey, observed, stops, networks }: Draft): void => {
  for (const { desired, observed: old } of survey.divergedNetworks) {
    const attached = observed.containers.filter(({ networks }) => networks.some(({ name }) => name === old.name))
    const removal = builder.add(
      { kind: 'network.remove', name: old.name, id: old.id, gentle: false },
      'config changed',
      { after: attached.map(({ id }) => stops.get(id)) },
    )
    const action = { kind: 'network.create', create: desired.create } as const
    networks.set(desired.key, builder.add(action, 'config changed', { after: [removal] }))
  }
  for (const network of survey.missingNetworks) {
    networks.set(network.key, builder.add({ kind: 'network.create', create: network.create }, 'not found'))
  }
}

export const addVolumes = ({ builder, survey, volumes }: Draft): void => {
  for (const volume of survey.missingVolumes) {
    volumes.set(volume.key, builder.add({ kind: 'volume.create', create: volume.create }, 'not found'))
  }
}

export const addContainers = (draft: Draft): void => {
  for (const decision of draft.decisions.values()) {
    for (const made of decision.made) addContainer(draft, decision.service, made)
  }
}

const addContainer = (draft: Draft, service: DesiredService, made: Made): void => {
  const { builder, observed, fetches, networks, volumes } = draft
  const { number, name, replaces, cause } = made
  const step = builder.add(
    defined({
      kind: 'container.create' as const,
      service,
      number,
      name,
      createName: replaces ? temporaryName(replaces.id, name) : name,
      imageId: fetches.has(service.image) ? undefined : imageIdOf(observed, service.image),
      replaces: replaces && { id: replaces.id, name: replaces.name },
      inherit: replaces && !draft.policy.renewAnonymousVolumes ? anonymousVolumes(draft, service, replaces) : [],
      peers: peersOf(draft, service),
    }),
    replaces ? `replaces ${service.name}/${number} (${cause})` : cause,
    {
      after: [
        fetches.get(service.image),
        ...service.endpoints.map((endpoint) => networks.get(endpoint.network)),
        ...service.namedVolumes.map((volume) => volumes.get(volume.key)),
        ...creationsBefore(draft, service),
      ],
    },
  )
  draft.made.set(name, step)
  if (!replaces) draft.ready.set(name, step)
}

/** Creations of the containers that this one names by id, or, on the default bridge, links to. */
const creationsBefore = (draft: Draft, service: DesiredService): (number | undefined)[] => {
  const linked = service.endpoints.length === 0 ? service.links.map((link) => link.service) : []
  return [...ownersOf(service), ...linked].flatMap((owner) => {
    const decision = draft.decisions.get(owner)
    return decision?.made.map(({ name }) => draft.made.get(name)) ?? []
  })
}

const peersOf = (draft: Draft, service: DesiredService): Record<string, readonly ContainerRef[]> => {
  const names = new Set([...ownersOf(service), ...service.links.map((link) => link.service)])
  return Object.fromEntries([...names].map((name) => [name, containersAfter(draft, name)]))
}

const containersAfter = (draft: Draft, name: string): ContainerRef[] => {
  const decision: Decision | undefined = draft.decisions.get(name)
  return decision ? futureContainers(decision) : containersOf(draft.observed, name).map(refOf)
}

const ANONYMOUS = /^[0-9a-f]{64}$/

/**
 * Volumes without a name that the old container has of its own: not those that came by `volumes_from`, and none where
 * the model now mounts something else.
 */
const anonymousVolumes = (draft: Draft, service: DesiredService, old: ObservedContainer): MountPoint[] => {
  const others = draft.observed.containers.filter((container) => ownersOf(service).includes(container.service))
  const foreign = new Set(others.flatMap((container) => container.mounts.map((mount) => mount.Name)))
  const targets = new Set(
    (service.model.volumes ?? []).filter((volume) => volume.source !== undefined).map((volume) => volume.target),
  )
  return old.mounts.filter(
    ({ Type, Name, Destination }) =>
      Type === 'volume' &&
      Name !== undefined &&
      ANONYMOUS.test(Name) &&
      !foreign.has(Name) &&
      !targets.has(Destination),
  )
}
