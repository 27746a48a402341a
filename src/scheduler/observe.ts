import { defined } from '../lib/defined.ts'
import { LABEL } from '../plan/labels.ts'
import { imageKey } from '../plan/lookup.ts'
import type { Observed, ObservedContainer } from '../plan/observed.ts'
import type { ContainerSummary } from '../port/containers.ts'
import type { EnginePort } from '../port/engine-port.ts'
import type { ImageSummary } from '../port/images.ts'

export interface ObserveOptions {
  readonly project: string
  readonly signal?: AbortSignal
  /** `containers`: for what changes neither networks, volumes nor images, which are then answered empty. */
  readonly only?: 'containers'
}

type Ports = Pick<EnginePort, 'containers' | 'networks' | 'volumes' | 'images'>

/** What the engine holds of a project: four lists at the same time, however many services there are. */
export const observe = async (engine: Ports, { project, signal, only }: ObserveOptions): Promise<Observed> => {
  const call = signal ? { signal } : {}
  const filters = { label: [`${LABEL.project}=${project}`] }
  const containers = engine.containers.list({ all: true, filters, ...call })
  if (only === 'containers') {
    return { project, containers: (await containers).map(readContainer), networks: [], volumes: [], images: {} }
  }
  const [found, networks, volumes, images] = await Promise.all([
    containers,
    engine.networks.list(call),
    engine.volumes.list(call),
    observeImages(engine, signal),
  ])
  return {
    project,
    containers: found.map(readContainer),
    networks: networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, labels: Labels })),
    volumes: volumes.Volumes.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    images,
  }
}

/** Image id by canonical reference, of tags and of digests. */
export const observeImages = async (
  engine: Pick<EnginePort, 'images'>,
  signal?: AbortSignal,
): Promise<Observed['images']> => {
  const images = await engine.images.list(signal ? { signal } : {})
  return Object.fromEntries(images.flatMap(namesOf))
}

const namesOf = (image: ImageSummary): [string, string][] =>
  [...(image.RepoTags ?? []), ...(image.RepoDigests ?? []), image.Id].flatMap((reference): [string, string][] => {
    const key = reference === image.Id ? image.Id : imageKey(reference)
    return key === undefined ? [] : [[key, image.Id]]
  })

const readContainer = (row: ContainerSummary): ObservedContainer =>
  defined({
    id: row.Id,
    name: (row.Names[0] ?? '').replace(/^\//, ''),
    service: row.Labels[LABEL.service] ?? '',
    number: Number(row.Labels[LABEL.number] ?? 0),
    oneOff: row.Labels[LABEL.oneOff] === 'True',
    state: row.State,
    health: healthOf(row.Status),
    exitCode: exitCodeOf(row.Status),
    image: row.Image,
    imageId: row.ImageID,
    labels: row.Labels,
    networks: Object.entries(row.NetworkSettings?.Networks ?? {}).map(([name, { NetworkID }]) => ({
      name,
      id: NetworkID ?? '',
    })),
    mounts: row.Mounts,
    created: row.Created,
  })

/** The list says health and exit code only in its words: `Up 5 seconds (healthy)`, `Exited (0) 3 minutes ago`. */
const healthOf = (status: string): ObservedContainer['health'] => {
  const word = /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1]
  return word === 'healthy' || word === 'unhealthy' || word === 'starting' ? word : 'none'
}

const exitCodeOf = (status: string): number | undefined => {
  const code = /^Exited \((\d+)\)/.exec(status)?.[1]
  return code === undefined ? undefined : Number(code)
}
