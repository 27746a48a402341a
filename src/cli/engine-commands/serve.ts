import { isAppError, messageOf } from '../../errors/app-error.ts'
import { parseDuration } from '../../lib/duration.ts'
import { type EngineAddress, parseEngineAddress } from '../../remote/engine-address.ts'
import type { ListenAddress } from '../../api/listen.ts'
import { NO_ARGS } from '../commands/compose-command.ts'
import { type EngineContext, engineCommand } from '../engine-context.ts'
import { LOCKED_STATUS } from '../engine-start.ts'
import { clean } from '../render/clean.ts'
import { errorReport } from '../render/error-report.ts'
import { idle } from '../idle.ts'
import { usageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'

export const serve = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: {
    idleTimeout: {
      kind: 'string',
      help: 'End when nothing has run and nobody has called for this long, such as 5m; never under a supervisor',
    },
    runtime: { kind: 'string', help: 'OCI runtime to use: crun, runc, or the path of one' },
  },
  async run(cx, options) {
    const idleTimeout = readIdleTimeout(options.idleTimeout)
    const address = listenAddress(cx)
    const log = (line: string): void => void cx.stderr.write(`${clean(line)}\n`)
    const [{ openEngine }, { enginePaths }, { serveApi }] = await Promise.all([
      import('../../engine/engine.ts'),
      import('../../engine/paths.ts'),
      import('../../api/serve-api.ts'),
    ])
    const paths = await enginePaths(cx.settings)
    const opened = openEngine({
      paths,
      version: VERSION,
      warn: log,
      ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    })
    const engine = await opened.catch(async (error: unknown) => {
      if (!isAppError(error, 'E_STORE_LOCKED')) throw error
      await cx.stderr.write(errorReport(error))
      return undefined
    })
    if (!engine) return LOCKED_STATUS
    try {
      const watch = idle(isSupervised(cx) ? undefined : idleTimeout, () => engine.isBusy() || api.openRequests() > 0)
      const api = await serveApi(engine.port, {
        listen: address,
        version: VERSION,
        onActivity: () => watch.touch(),
        onBug: (error) => log(`bug: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`),
      })
      log(`tsc-engine ${VERSION} listens on ${api.address}, data root ${paths.root}, state ${paths.state}`)
      await Promise.race([aborted(cx.signal), watch.ended])
      watch.close()
      log(cx.signal.aborted ? 'Ending: asked to' : 'Ending: idle')
      await api.close()
    } finally {
      await engine.close()
    }
    return 0
  },
})

const isSupervised = ({ io }: EngineContext): boolean => Boolean(io.env['INVOCATION_ID'] ?? io.env['NOTIFY_SOCKET'])

const readIdleTimeout = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '' || text === '0') return undefined
  const timeout = parseDuration(text)
  if (timeout === undefined || timeout <= 0) {
    throw usageError(`invalid value for --idle-timeout: "${text}"`, 'Use a duration such as 5m or 90s')
  }
  return timeout
}

const listenAddress = ({ globals, settings }: EngineContext): ListenAddress => {
  if (!globals.host) return { path: settings.socket }
  const address: EngineAddress = parseEngineAddress(globals.host)
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
