import { AppError, isAppError, messageOf } from '../errors/app-error.ts'
import type { Action, ActionArgs, ActionKind, ContainerRef } from '../plan/action.ts'
import { containerBody } from '../plan/container-body.ts'
import type { FileMaterial } from '../plan/desired.ts'
import { defined } from '../lib/defined.ts'
import type { EnginePort } from '../port/engine-port.ts'
import { build, pull } from './fetch-image.ts'
import type { EventHub } from './event-hub.ts'
import type { Emit } from './progress.ts'
import type { RunOptions } from './run-options.ts'
import { completedVerdict, dependencyError, healthyVerdict, untilVerdict, type Verdict } from './wait-container.ts'
import type { ContainerInspect } from '../port/containers.ts'

/** What the executors of one run share. */
export interface RunContext {
  readonly engine: EnginePort
  readonly project: string
  readonly options: RunOptions
  readonly signal: AbortSignal
  readonly emit: Emit
  readonly hub: EventHub
  /** Ids of the containers that this run made, by final name. */
  readonly ids: Map<string, string>
  /** Ids of the images that this run looked up, by reference. */
  readonly images: Map<string, Promise<{ readonly id: string; readonly volumes: readonly string[] }>>
  /** Paths of the written files. */
  readonly files: Map<FileMaterial, string>
}

/** What a step came to, where it is not simply done. */
export interface Outcome {
  /** A warning instead of an error. */
  readonly warning?: string
  /** Nothing was left to do. */
  readonly unchanged?: boolean
}

export type Executors = {
  readonly [K in ActionKind]: (args: ActionArgs[K], context: RunContext) => Promise<Outcome | undefined>
}

const executors: Executors = {
  'image.pull': async (args, context) => {
    await pull(args, context)
    return undefined
  },
  'image.build': async (args, context) => {
    await build(args, context)
    return undefined
  },
  'image.remove': async ({ image }, { engine, signal }) => {
    try {
      await engine.images.remove(image, { signal })
      return undefined
    } catch (error) {
      if (isAppError(error) && (error.httpStatus === 404 || error.httpStatus === 409)) {
        return { warning: messageOf(error) }
      }
      throw error
    }
  },
  'network.create': async ({ create }, { engine, signal }) => {
    await engine.networks.create(create, { signal })
    return undefined
  },
  'network.remove': ({ id, gentle }, { engine, signal }) =>
    gently(gentle, () => engine.networks.remove(id, { signal })),
  'volume.create': async ({ create }, { engine, signal }) => {
    await engine.volumes.create(create, { signal })
    return undefined
  },
  'volume.remove': ({ name, gentle }, { engine, signal }) =>
    gently(gentle, () => engine.volumes.remove(name, { signal })),
  'container.create': createContainer,
  // Not cut short: whoever interrupts a run must find the container running, or not, for good.
  'container.start': async ({ container }, { engine }) => {
    const started = await engine.containers.start(container.target)
    return { unchanged: !started }
  },
  'container.stop': async ({ container, timeout }, { engine, signal }) => {
    await engine.containers.stop(container.target, defined({ timeout, signal }))
    return undefined
  },
  'container.restart': async ({ container, timeout }, { engine, signal }) => {
    await engine.containers.restart(container.target, defined({ timeout, signal }))
    return undefined
  },
  'container.kill': ({ container, signal: killSignal }, { engine, signal }) =>
    gently(true, () => engine.containers.kill(container.target, { killSignal, signal })),
  'container.remove': ({ container, force, volumes }, { engine, signal }) =>
    absentIsFine(() => engine.containers.remove(container.target, { force, volumes, signal })),
  'container.rename': async ({ container, to }, { engine, signal }) => {
    await engine.containers.rename(container.target, to, { signal })
    return undefined
  },
  'wait.healthy': (args, context) => waitAll(args, context, healthyVerdict),
  'wait.completed': (args, context) => waitAll(args, context, completedVerdict),
}

/** Carries out one action; rejects with what the engine said. */
export const execute = <K extends ActionKind>(action: Action<K>, context: RunContext): Promise<Outcome | undefined> => {
  const executor: (args: ActionArgs[K], context: RunContext) => Promise<Outcome | undefined> = executors[action.kind]
  return executor(action, context)
}

async function createContainer(args: ActionArgs['container.create'], context: RunContext): Promise<undefined> {
  const { engine, project, options, signal, ids, files } = context
  for (const { material } of args.service.files) {
    if (files.has(material)) continue
    if (!options.writeFile) {
      throw new AppError(
        'E_PLAN_FILE_OBJECT',
        `Cannot give ${material.name} to a container: there is nowhere to write it`,
      )
    }
    files.set(material, await options.writeFile(material, project))
  }
  const needsImage = args.imageId === undefined || args.inherit.length > 0
  const image = needsImage ? await lookUpImage(args.service.image, context) : undefined
  const body = containerBody(project, args, {
    imageId: args.imageId ?? image?.id ?? '',
    imageVolumes: image?.volumes ?? [],
    idOf: ({ name, target }: ContainerRef) => ids.get(name) ?? target,
    pathOf: (material) => files.get(material) ?? '',
  })
  const platform = args.service.platform
  const { Id } = await engine.containers.create(body, defined({ name: args.createName, platform, signal }))
  ids.set(args.name, Id)
  return undefined
}

const lookUpImage = (reference: string, { engine, images, signal }: RunContext) => {
  const known = images.get(reference)
  if (known) return known
  const found = engine.images
    .inspect(reference, { signal })
    .then(({ Id, Config }) => ({ id: Id, volumes: Object.keys(Config.Volumes ?? {}) }))
  images.set(reference, found)
  return found
}

/** With `gentle`, what is still in use or not there is a warning or nothing at all. */
const gently = async (gentle: boolean, call: () => Promise<void>): Promise<Outcome | undefined> => {
  try {
    await call()
    return undefined
  } catch (error) {
    if (!gentle || !isAppError(error)) throw error
    if (error.httpStatus === 404) return { unchanged: true }
    if (error.httpStatus === 409 || error.httpStatus === 403) return { warning: 'Resource is still in use' }
    throw error
  }
}

const absentIsFine = async (call: () => Promise<void>): Promise<Outcome | undefined> => {
  try {
    await call()
    return undefined
  } catch (error) {
    if (isAppError(error) && error.httpStatus === 404) return { unchanged: true }
    throw error
  }
}

const waitAll = async (
  { containers, required }: ActionArgs['wait.healthy'],
  { engine, hub, signal, emit }: RunContext,
  verdictOf: (inspect: ContainerInspect) => Verdict,
): Promise<Outcome | undefined> => {
  const failures = await Promise.all(
    containers.map(async ({ target, name }) => {
      const id = `Container ${name}`
      const verdict = await untilVerdict(target, verdictOf, { containers: engine.containers, hub, signal })
      if (!('failed' in verdict)) {
        emit({ id, status: 'done', text: verdict.reached })
        return undefined
      }
      emit({
        id,
        status: required ? 'error' : 'warning',
        text: required ? 'Error' : 'Skipped',
        details: verdict.failed,
      })
      return verdict.failed
    }),
  )
  const why = failures.find((failure) => failure !== undefined)
  if (why === undefined) return undefined
  if (required) throw dependencyError(why)
  return { warning: `optional dependency failed to start: ${why}` }
}
