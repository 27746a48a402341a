import { defined } from '../lib/defined.ts'
import type { CallOptions } from '../port/common.ts'
import type { ContainerInspect, ContainersPort, ExecInspect, WaitResult } from '../port/containers.ts'
import { RAW_STREAM } from '../spec/stream-frame.ts'
import type { EngineClient } from './engine-client.ts'
import { filtersParam, timeParam } from './query-string.ts'
import { streamChunks, streamSession } from './stream-session.ts'

const NOT_MODIFIED = 304

export const remoteContainers = (client: EngineClient): ContainersPort => {
  const at = (id: string, verb?: string): string =>
    `/containers/${encodeURIComponent(id)}${verb === undefined ? '' : `/${verb}`}`
  const exec = (id: string, verb: string): string => `/exec/${encodeURIComponent(id)}/${verb}`
  const post = (path: string, query: object, { signal }: CallOptions): Promise<number> =>
    client.status({ method: 'POST', path, query: { ...query }, ...defined({ signal }) })

  /** Before API 1.42 the content type does not tell. */
  const isTty = async (contentType: string, id: string, signal?: AbortSignal): Promise<boolean> =>
    (await client.apiVersion(signal)).minor < 42
      ? ((await inspect(id, defined({ signal }))).Config.Tty ?? false)
      : contentType.startsWith(RAW_STREAM)
  const inspect: ContainersPort['inspect'] = (id, { size, signal } = {}) =>
    client.json<ContainerInspect>({ method: 'GET', path: at(id, 'json'), query: { size }, ...defined({ signal }) })
  const execInspect: ContainersPort['execInspect'] = (execId, { signal } = {}) =>
    client.json<ExecInspect>({ method: 'GET', path: exec(execId, 'json'), ...defined({ signal }) })

  return {
    inspect,
    execInspect,
    list: async ({ all, limit, size, filters, signal }) =>
      client.json({
        method: 'GET',
        path: '/containers/json',
        query: { all, limit, size, filters: filtersParam(filters) },
        ...defined({ signal }),
      }),
    create: async (body, { name, platform, signal } = {}) => {
      const query = { name, platform }
      const answer = await client.json<{ Id: string; Warnings: string[] | null }>({
        method: 'POST',
        path: '/containers/create',
        query,
        json: body,
        ...defined({ signal }),
      })
      return { Id: answer.Id, Warnings: answer.Warnings ?? [] }
    },
    start: async (id, { detachKeys, ...options } = {}) =>
      (await post(at(id, 'start'), { detachKeys }, options)) !== NOT_MODIFIED,
    stop: async (id, { timeout, stopSignal, ...options } = {}) =>
      (await post(at(id, 'stop'), { t: timeout, signal: stopSignal }, options)) !== NOT_MODIFIED,
    restart: async (id, { timeout, stopSignal, ...options } = {}) => {
      await post(at(id, 'restart'), { t: timeout, signal: stopSignal }, options)
    },
    kill: async (id, { killSignal, ...options } = {}) => {
      await post(at(id, 'kill'), { signal: killSignal }, options)
    },
    pause: async (id, options = {}) => {
      await post(at(id, 'pause'), {}, options)
    },
    unpause: async (id, options = {}) => {
      await post(at(id, 'unpause'), {}, options)
    },
    rename: async (id, name, options = {}) => {
      await post(at(id, 'rename'), { name }, options)
    },
    remove: async (id, { force, volumes, signal } = {}) => {
      await client.status({ method: 'DELETE', path: at(id), query: { force, v: volumes }, ...defined({ signal }) })
    },
    wait: async (id, { condition, signal } = {}) => {
      const call = { method: 'POST', path: at(id, 'wait'), query: { condition }, ...defined({ signal }) } as const
      const { StatusCode, Error = null } = await client.json<Partial<WaitResult>>(call)
      return { StatusCode: StatusCode ?? 0, Error }
    },
    logs: async (id, { stdout, stderr, follow, timestamps, tail, since, until, signal }) => {
      const { contentType, bytes } = await client.bytes({
        method: 'GET',
        path: at(id, 'logs'),
        query: { stdout, stderr, follow, timestamps, tail, since: timeParam(since), until: timeParam(until) },
        ...defined({ signal }),
      })
      const tty = await isTty(contentType, id, signal)
      return { tty, chunks: streamChunks(bytes, tty) }
    },
    attach: async (id, { stdin, stdout, stderr, logs, stream = true, detachKeys, signal }) => {
      const wire = await client.hijack({
        method: 'POST',
        path: at(id, 'attach'),
        query: { stdin, stdout, stderr, logs, stream, detachKeys },
        ...defined({ signal }),
      })
      const tty = await isTty(wire.contentType, id, signal)
      return streamSession(client, wire, { tty, ...defined({ signal }) })
    },
    resize: async (id, { rows, columns, ...options }) => {
      await post(at(id, 'resize'), { h: rows, w: columns }, options)
    },
    execCreate: async (id, body, { signal } = {}) =>
      client.json({ method: 'POST', path: at(id, 'exec'), json: body, ...defined({ signal }) }),
    execStart: async (execId, { detach, tty, consoleSize, signal } = {}) => {
      const hasTty = tty ?? (await execInspect(execId, defined({ signal }))).ProcessConfig.tty
      const json = defined({ Detach: detach ?? false, Tty: hasTty, ConsoleSize: consoleSize })
      const call = { method: 'POST', path: exec(execId, 'start'), json, ...defined({ signal }) } as const
      if (detach) {
        await client.status(call)
        return null
      }
      return streamSession(client, await client.hijack(call), { tty: hasTty, ...defined({ signal }) })
    },
    execResize: async (execId, { rows, columns, ...options }) => {
      await post(exec(execId, 'resize'), { h: rows, w: columns }, options)
    },
  }
}
