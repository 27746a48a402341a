import { AppError } from '../../errors/app-error.ts'
import { orAborted } from '../../lib/wait.ts'
import type { ContainersPort } from '../../port/containers.ts'
import { attachContainer, type ContainerInputs, nextExit } from './attach.ts'
import { type ContainerContext, emitContainer, logPath } from './context.ts'
import { createContainer } from './create.ts'
import { Execs } from './exec.ts'
import { checkFilters, isListed, matchesFilters } from './filters.ts'
import { inspectContainer, summarizeContainer } from './inspect.ts'
import { readLog } from './log-reader.ts'
import { logSettings } from './log-settings.ts'
import { logChunks } from './logs.ts'
import { type Container, isRunning } from './record.ts'
import { endAtOnce, removeContainer } from './remove.ts'
import { removalOf } from './removal.ts'
import { startContainer } from './start.ts'
import { endContainer, killContainer, pauseContainer, stopContainer, unpauseContainer } from './stop.ts'

/** The container room as the port sees it. */
export interface Containers extends ContainersPort {
  readonly execs: Execs
}

export const openContainers = (context: ContainerContext, inputs: ContainerInputs): Containers => {
  const { table, mutex } = context
  const execs = new Execs(context)
  const locked = <T>(reference: string, task: (container: Container) => Promise<T>): Promise<T> => {
    const { id } = table.get(reference).record
    return mutex.run(id, () => task(table.get(id)))
  }

  const start = async (container: Container): Promise<boolean> => {
    const { state, id } = container.record
    if (state.phase === 'paused') {
      throw new AppError('E_CONTAINER_CONFLICT', `cannot start a paused container, try unpause instead`)
    }
    if (isRunning(container)) return false
    if (state.phase === 'removing' || state.phase === 'dead')
      throw new AppError('E_CONTAINER_CONFLICT', `container ${id} is marked for removal and cannot be started`)
    context.hooks.cancelled(container)
    state.restartCount = 0
    delete state.restartCause
    await startContainer(context, container)
    return true
  }

  return {
    execs,
    async list({ all = false, limit, filters = {} }) {
      checkFilters(filters)
      const names = await imageNames(context)
      const rows = table
        .all()
        .filter((container) => all || limit || isListed(container, filters))
        .filter((container) => {
          const { imageId, config } = container.record
          const ancestors = new Set([imageId, config.Image ?? '', ...(names.get(imageId) ?? [])])
          return matchesFilters(filters, { container, table, ancestors })
        })
        .toSorted((a, b) => (a.record.created < b.record.created ? 1 : -1))
      return (limit ? rows.slice(0, limit) : rows).map((container) =>
        summarizeContainer(container, shownImage(container, names)),
      )
    },
    create: (body, options = {}) => createContainer(context, body, options),
    async inspect(id, { size = false } = {}) {
      const container = table.get(id)
      const shown = inspectContainer(context, container)
      if (size) shown.SizeRw = await context.snapshots.usage(container.record.id)
      return shown
    },
    start: (id) => locked(id, start),
    stop: (id, options = {}) => locked(id, (container) => stopContainer(context, container, options)),
    restart: (id, options = {}) =>
      locked(id, async (container) => {
        context.hooks.cancelled(container)
        if (isRunning(container)) {
          container.record.state.manuallyStopped = true
          await endContainer(context, container, options)
        }
        await start(container)
        emitContainer(context, container, 'restart')
      }),
    kill: async (id, { killSignal } = {}) => killContainer(context, table.get(id), killSignal),
    pause: (id) => locked(id, (container) => pauseContainer(context, container)),
    unpause: (id) => locked(id, (container) => unpauseContainer(context, container)),
    rename: (id, name) =>
      locked(id, async (container) => {
        const { record } = container
        const bare = name.replace(/^\//, '')
        const oldName = record.name
        table.rename(container, bare)
        context.networks.rename(record.id, bare)
        await context.records.put(record.id, record)
        emitContainer(context, container, 'rename', { oldName: `/${oldName}` })
      }),
    remove: async (id, options = {}) => {
      const container = table.get(id)
      await mutex.run(`remove ${container.record.id}`, async () => {
        if (options.force) await endAtOnce(context, container)
        await mutex.run(container.record.id, async () => {
          if (table.find(container.record.id)) await removeContainer(context, container, options)
        })
      })
    },
    async wait(id, { condition = 'not-running', signal } = {}) {
      const container = table.get(id)
      const { state } = container.record
      if (condition === 'removed') {
        await orAborted(removalOf(context, container), signal)
        return { StatusCode: state.exitCode, Error: null }
      }
      if (condition === 'not-running' && !isRunning(container)) return { StatusCode: state.exitCode, Error: null }
      const { exitCode } = await orAborted(nextExit(context, container), signal)
      return { StatusCode: exitCode, Error: null }
    },
    async logs(id, options) {
      const container = table.get(id)
      const { record } = container
      if (!logSettings(record.hostConfig).enabled) {
        throw new AppError('E_API_FAILED', 'configured logging driver does not support reading', { httpStatus: 501 })
      }
      const follow =
        options.follow && isRunning(container)
          ? {
              follow: {
                isLive: () => isRunning(container),
                ended: nextExit(context, container),
                ...(options.signal ? { signal: options.signal } : {}),
              },
            }
          : {}
      return {
        tty: record.config.Tty ?? false,
        chunks: logChunks(readLog(logPath(context, record.id), follow), options),
      }
    },
    attach: (id, options) => attachContainer(context, table.get(id), { ...options, inputs }),
    async resize(id, { rows, columns }) {
      const container = table.get(id)
      if (!isRunning(container))
        throw new AppError('E_CONTAINER_CONFLICT', `container ${container.record.id} is not running`)
      await (await inputs.of(container)).resize(rows, columns)
    },
    execCreate: async (id, body) => execs.create(table.get(id), body),
    execStart: (id, options = {}) => execs.start(id, options),
    execInspect: async (id) => execs.inspect(id),
    execResize: async (id, { rows, columns }) => execs.resize(id, rows, columns),
  }
}

const imageNames = async (context: ContainerContext): Promise<Map<string, string[]>> => {
  const images = await context.images.list()
  return new Map(images.map((image) => [image.Id, image.RepoTags]))
}

/** The name that was asked for, or the id when it means another image by now. */
const shownImage = ({ record }: Container, names: ReadonlyMap<string, readonly string[]>): string => {
  const asked = record.config.Image ?? ''
  const isNamed = names.get(record.imageId)?.some((name) => name === asked || name === `${asked}:latest`) ?? false
  return isNamed || asked.startsWith('sha256:') ? asked : record.imageId
}
