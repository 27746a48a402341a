import { createHash } from 'node:crypto'
import type { Action } from '../../src/plan/action.ts'
import { containerBody } from '../../src/plan/container-body.ts'
import { imageIdOf, imageKey } from '../../src/plan/lookup.ts'
import type { Observed, ObservedContainer } from '../../src/plan/observed.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { MountPoint } from '../../src/port/containers.ts'

/** What there is once every step of a plan has been carried out, one after another. */
export const applyPlan = (plan: Plan, observed: Observed): Observed =>
  plan.steps.reduce((state, { action }) => applyAction(action, state), observed)

const newId = (text: string): string => createHash('sha256').update(text).digest('hex')

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
const applyAction = (action: Action, state: Observed): Observed => {
  const change = (target: string, values: Partial<ObservedContainer>): Observed => ({
    ...state,
    containers: state.containers.map((container) =>
      container.id === target || container.name === target ? { ...container, ...values } : container,
    ),
  })
  switch (action.kind) {
    case 'image.pull':
    case 'image.build': {
      const id = imageIdOf(state, action.image) ?? `sha256:${newId(action.image)}`
      return { ...state, images: { ...state.images, [imageKey(action.image) ?? action.image]: id } }
    }
    case 'image.remove': {
      const { [imageKey(action.image) ?? '']: _, ...images } = state.images
      return { ...state, images }
    }
    case 'network.create': {
      const { Name, Labels } = action.create
      const id = newId(`network ${Name} ${state.networks.length} ${JSON.stringify(Labels)}`)
      return { ...state, networks: [...state.networks, { id, name: Name, labels: Labels ?? {} }] }
    }
    case 'network.remove':
      return { ...state, networks: state.networks.filter((network) => network.id !== action.id) }
    case 'volume.create': {
      const { Name = '', Labels } = action.create
      return { ...state, volumes: [...state.volumes, { name: Name, labels: Labels ?? {} }] }
    }
    case 'volume.remove':
      return { ...state, volumes: state.volumes.filter((volume) => volume.name !== action.name) }
    case 'container.create':
      return { ...state, containers: [...state.containers, created(action, state)] }
    case 'container.start':
    case 'container.restart': {
      const started = change(action.container.target, { state: 'running', health: 'healthy' })
      return { ...started, containers: started.containers.map((container) => joined(container, state)) }
    }
    case 'container.stop':
    case 'container.kill':
      return change(action.container.target, { state: 'exited', health: 'none', exitCode: 137 })
    case 'container.remove': {
      const { target } = action.container
      return { ...state, containers: state.containers.filter(({ id, name }) => id !== target && name !== target) }
    }
    case 'container.rename':
      return change(action.container.target, { name: action.to })
    case 'wait.healthy':
      return state
    case 'wait.completed':
      return action.containers.reduce(
        (before, { target }) => ({
          ...before,
          containers: before.containers.map((container) =>
            container.id === target || container.name === target
              ? { ...container, state: 'exited', health: 'none', exitCode: 0 }
              : container,
          ),
        }),
        state,
      )
  }
}

const joined = (container: ObservedContainer, state: Observed): ObservedContainer =>
  container.state === 'running'
    ? {
        ...container,
        networks: container.networks.map(({ name, id }) => ({
          name,
          id: state.networks.find((network) => network.name === name)?.id ?? id,
        })),
      }
    : container

const created = (action: Action<'container.create'>, state: Observed): ObservedContainer => {
  const body = containerBody(state.project, action, {
    imageId: action.imageId ?? imageIdOf(state, action.service.image) ?? '',
    imageVolumes: [],
    idOf: ({ name, target }) =>
      state.containers.findLast((container) => container.name === name || container.name.endsWith(`_${name}`))?.id ??
      target,
    pathOf: ({ name }) => `/files/${name}`,
  })
  return {
    id: newId(`${action.createName} ${JSON.stringify(body)} ${state.containers.map(({ id }) => id).join()}`),
    name: action.createName,
    service: action.service.name,
    number: action.number,
    oneOff: false,
    state: 'created',
    health: 'none',
    image: action.service.image,
    imageId: imageIdOf(state, action.service.image) ?? '',
    labels: body.Labels ?? {},
    networks: Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {}).map((name) => ({ name, id: '' })),
    mounts: action.service.namedVolumes.map(({ name, target }) => volumePoint(name, target)),
    created: state.containers.length,
  }
}

const volumePoint = (name: string, target: string): MountPoint => ({
  Type: 'volume',
  Name: name,
  Source: `/volumes/${name}`,
  Destination: target,
  Mode: '',
  RW: true,
  Propagation: '',
})

export const nothing = (images: readonly string[] = ['busybox']): Observed => ({
  project: 'p',
  containers: [],
  networks: [],
  volumes: [],
  images: Object.fromEntries(images.map((image) => [imageKey(image) ?? image, `sha256:${newId(image)}`])),
})
