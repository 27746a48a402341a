import { defined } from '../../lib/defined.ts'
import { Follower } from '../attach/follow.ts'
import { logLines } from '../attach/log-lines.ts'
import { createLogPrinter } from '../attach/log-printer.ts'
import { mergeLines } from '../attach/merge-lines.ts'
import { readTail, readTime } from '../options/log-options.ts'
import { findTarget, listContainers, ofServices } from '../target.ts'
import { ANY_SERVICES, composeCommand } from './compose-command.ts'

export const logs = composeCommand({
  usage: '[OPTIONS] [SERVICE...]',
  args: ANY_SERVICES,
  options: {
    follow: { kind: 'boolean', short: 'f', help: 'Follow log output' },
    index: { kind: 'int', help: 'Index of the container if service has multiple replicas' },
    noColor: { kind: 'boolean', help: 'Produce monochrome output' },
    noLogPrefix: { kind: 'boolean', help: "Don't print prefix in logs" },
    since: {
      kind: 'string',
      help: 'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)',
    },
    tail: {
      kind: 'string',
      short: 'n',
      default: 'all',
      help: 'Number of lines to show from the end of the logs for each container',
    },
    timestamps: { kind: 'boolean', short: 't', help: 'Show timestamps' },
    until: {
      kind: 'string',
      help: 'Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)',
    },
  },
  async run(cx, options, services) {
    const range = defined({
      tail: readTail(options.tail),
      since: readTime(options.since, '--since'),
      until: readTime(options.until, '--until'),
    })
    const target = await findTarget(cx, services)
    const found = ofServices(await listContainers(cx, target.name), services, target)
    const wanted = found.filter(
      ({ oneOff, number }) => !oneOff && (options.index === undefined || options.index === number),
    )
    const printer = createLogPrinter({
      stdout: cx.stdout,
      stderr: cx.stdout,
      style: cx.style(cx.stdout, { noColor: options.noColor }),
      prefix: !options.noLogPrefix,
      timestamps: options.timestamps,
    })
    for (const { displayName } of wanted) printer.introduce(displayName)
    const engine = await cx.engine()
    if (!options.follow) {
      const logs = wanted.map(({ id, displayName }) => ({
        source: displayName,
        lines: logLines(engine.containers, id, { ...range, signal: cx.signal }),
      }))
      for await (const { source, line } of mergeLines(logs)) await printer.print(source, [line])
      return undefined
    }
    const names = new Set(services)
    const watches = (service: string): boolean => names.size === 0 || names.has(service)
    const { until, ...start } = range
    const follower = new Follower({
      engine,
      project: target.name,
      printer,
      watches,
      shows: watches,
      until,
      signal: cx.signal,
    })
    for (const { id, displayName, service, summary } of wanted) {
      const running = summary.State === 'running' || summary.State === 'restarting' || summary.State === 'paused'
      follower.add({ id, name: displayName, service }, { ...start, running })
    }
    await follower.ended()
    return undefined
  },
})
