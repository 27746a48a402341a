import { AppError, isAppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { engineCommand } from '../engine-context.ts'
import { readTail, readTime } from '../options/log-options.ts'

const MANY = { min: 1, max: Number.POSITIVE_INFINITY } as const

export const logs = engineCommand({
  usage: '[OPTIONS] CONTAINER',
  args: { min: 1, max: 1 },
  options: {
    follow: { kind: 'boolean', short: 'f', help: 'Follow log output' },
    since: { kind: 'string', help: 'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)' },
    tail: {
      kind: 'string',
      short: 'n',
      default: 'all',
      help: 'Number of lines to show from the end of the logs',
    },
    timestamps: { kind: 'boolean', short: 't', help: 'Show timestamps' },
    until: { kind: 'string', help: 'Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)' },
  },
  async run(cx, { follow, timestamps, tail, since, until }, [container = '']) {
    const { containers } = await cx.engine()
    const { chunks } = await containers.logs(container, {
      stdout: true,
      stderr: true,
      follow,
      timestamps,
      tail: readTail(tail),
      signal: cx.signal,
      ...defined({ since: readTime(since, '--since'), until: readTime(until, '--until') }),
    })
    for await (const { stream, data } of chunks) await cx[stream].write(data)
    return undefined
  },
})

export const inspect = engineCommand({
  usage: 'NAME|ID [NAME|ID...]',
  args: MANY,
  options: {},
  async run(cx, _options, names) {
    const engine = await cx.engine()
    const { signal } = cx
    const kinds = [engine.containers, engine.images, engine.networks, engine.volumes]
    const find = async (name: string): Promise<unknown> => {
      for (const port of kinds) {
        try {
          return await port.inspect(name, { signal })
        } catch (error) {
          if (!isAppError(error) || error.httpStatus !== 404) throw error
        }
      }
      throw new AppError('E_CLI_NO_OBJECT', `no such object: ${name}`)
    }
    const found: unknown[] = []
    for (const name of names) found.push(await find(name))
    return `${JSON.stringify(found, null, 4)}\n`
  },
})
