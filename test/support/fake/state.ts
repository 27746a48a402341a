import { createHash } from 'node:crypto'
import { AppError } from '../../../src/errors/app-error.ts'
import { canonicalName, imageRef } from '../../../src/spec/image-ref.ts'
import type { ContainerConfig, ContainerCreate, ContainerState, MountPoint } from '../../../src/port/containers.ts'
import type { NetworkInspect } from '../../../src/port/networks.ts'
import type { EngineEvent } from '../../../src/port/system.ts'
import type { Volume } from '../../../src/port/volumes.ts'
import { type Channel, channel } from '../channel.ts'

export interface FakeImage {
  readonly id: string
  readonly config: ContainerConfig
  readonly created: number
}

export interface FakeLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  /** Unix milliseconds. */
  readonly at: number
}

export interface FakeContainer {
  readonly id: string
  name: string
  readonly body: ContainerCreate
  readonly imageId: string
  readonly created: number
  state: ContainerState
  readonly mounts: MountPoint[]
  /** Id by name; an id is empty until the first start. */
  readonly networks: Map<string, string>
  readonly lines: FakeLine[]
  restarts: number
}

/** What a container does when it is started: stays up, or ends at once. */
export type Behaviour = 'run' | { readonly exitCode: number }

export interface FakeOptions {
  /** References of images that are there; each has an id of its own. */
  readonly images?: readonly string[]
  /** `auto`: a container with a health check is healthy soon after its start; `manual`: only by `setHealth`. */
  readonly health?: 'auto' | 'manual'
  /** By service. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>
}

/** All that a fake engine holds. Ids count up, so that every run of a test is the same. */
export class FakeState {
  readonly containers = new Map<string, FakeContainer>()
  readonly networks = new Map<string, NetworkInspect>()
  readonly volumes = new Map<string, Volume>()
  readonly images = new Map<string, FakeImage>()
  readonly events: EngineEvent[] = []
  readonly subscribers = new Set<Channel<EngineEvent>>()
  /** `containers.create p-web-1`: every call, in order. */
  readonly calls: string[] = []
  /** Rejects the call when it answers an error. */
  intercept: (call: string) => Error | undefined = () => undefined
  readonly options: FakeOptions
  #count = 0

  constructor(options: FakeOptions) {
    this.options = options
    for (const reference of options.images ?? ['busybox']) this.addImage(reference)
  }

  /** Notes the call; yields once, as every real engine does. */
  async call(name: string, subject = '', signal?: AbortSignal): Promise<void> {
    const call = subject === '' ? name : `${name} ${subject}`
    this.calls.push(call)
    signal?.throwIfAborted()
    await Promise.resolve()
    const error = this.intercept(call)
    if (error) throw error
  }

  nextId(): string {
    this.#count += 1
    return createHash('sha256').update(`id ${this.#count}`).digest('hex')
  }

  addImage(reference: string, config: ContainerConfig = {}): string {
    const id = `sha256:${this.nextId()}`
    this.images.set(canonicalName(imageRef(reference)), { id, config, created: 1_700_000_000 })
    return id
  }

  findImage(reference: string): FakeImage {
    const byId = [...this.images.values()].find((image) => image.id.startsWith(reference))
    const image = byId ?? this.images.get(canonicalName(imageRef(reference)))
    if (!image) throw new AppError('E_IMAGE_NOT_FOUND', `No such image: ${reference}`)
    return image
  }

  findContainer(reference: string): FakeContainer {
    const all = [...this.containers.values()]
    const container =
      all.find(({ id, name }) => id === reference || name === reference.replace(/^\//, '')) ??
      all.find(({ id }) => reference.length >= 12 && id.startsWith(reference))
    if (!container) throw new AppError('E_CONTAINER_NOT_FOUND', `No such container: ${reference}`)
    return container
  }

  findNetwork(reference: string): NetworkInspect {
    const network = [...this.networks.values()].find(({ Id, Name }) => Id === reference || Name === reference)
    if (!network) throw new AppError('E_NETWORK_NOT_FOUND', `network ${reference} not found`)
    return network
  }

  publish(Type: EngineEvent['Type'], Action: string, ID: string, Attributes: Record<string, string>): void {
    const timeNano = Date.now() * 1e6
    const event: EngineEvent = {
      Type,
      Action,
      Actor: { ID, Attributes },
      scope: 'local',
      time: Math.floor(timeNano / 1e9),
      timeNano,
    }
    this.events.push(event)
    for (const subscriber of this.subscribers) subscriber.push(event)
  }

  publishContainer(action: string, container: FakeContainer, more: Record<string, string> = {}): void {
    const attributes = { ...container.body.Labels, name: container.name, image: container.body.Image ?? '', ...more }
    this.publish('container', action, container.id, attributes)
  }

  subscribe(): Channel<EngineEvent> {
    const subscriber = channel<EngineEvent>()
    this.subscribers.add(subscriber)
    return subscriber
  }
}

/** Docker's filters on one thing: every key must hold, of the values of a key any one; of `label` all. */
export const matches = (
  filters: Readonly<Record<string, readonly string[]>> | undefined,
  thing: {
    readonly labels?: Readonly<Record<string, string>> | null
    readonly fields?: Readonly<Record<string, string>>
  },
): boolean =>
  Object.entries(filters ?? {}).every(([key, values]) => {
    if (key !== 'label') return values.some((value) => value === thing.fields?.[key])
    return values.every((value) => {
      const [name = '', wanted] = value.split(/=(.*)/s)
      const found = thing.labels?.[name]
      return wanted === undefined ? found !== undefined : found === wanted
    })
  })
