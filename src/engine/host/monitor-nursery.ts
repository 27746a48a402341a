import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { AppError } from '../../errors/app-error.ts'
import { type Deferred, deferred } from '../../lib/deferred.ts'
import { type LineReader, lineReader } from './frames.ts'

export interface NewMonitor {
  readonly pid: number
  /** Closed by either side: the monitor of a container goes on without it. */
  readonly socket: Socket
  readonly lines: LineReader
}

/** A fork that fails, for want of memory or processes, gives no answer. */
const PATIENCE_MS = 20_000

/** Starts monitors (monitor.pl), which live on when the nursery and the engine are gone. */
export interface MonitorNursery {
  /** A monitor for the configuration in this file. */
  launch(configFile: string): Promise<NewMonitor>
  close(): Promise<void>
}

/** Opens the nursery with its socket in the engine's state folder; perl starts with the first monitor. */
export const openMonitorNursery = async (stateFolder: string): Promise<MonitorNursery> => {
  const socketPath = join(stateFolder, 'monitors.sock')
  const waiting = new Map<string, Deferred<NewMonitor>>()
  await rm(socketPath, { force: true })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    void greet(socket, waiting)
  })
  server.listen(socketPath)
  await once(server, 'listening')
  let child: ReturnType<typeof startPerl> | undefined
  let lastId = 0
  return {
    async launch(configFile) {
      child ??= startPerl(socketPath, () => {
        child = undefined
        for (const monitor of waiting.values()) {
          monitor.reject(new AppError('E_HOST_COMMAND', 'Cannot start a monitor: the process that forks them ended'))
        }
        waiting.clear()
      })
      const id = String(++lastId)
      const monitor = deferred<NewMonitor>()
      waiting.set(id, monitor)
      child.stdin.write(`${id} ${configFile}\n`)
      const timer = setTimeout(() => {
        waiting.delete(id)
        monitor.reject(
          new AppError('E_HOST_COMMAND', `Cannot start a monitor: no answer in ${PATIENCE_MS / 1000} seconds`),
        )
      }, PATIENCE_MS)
      return monitor.promise.finally(() => clearTimeout(timer))
    },
    async close() {
      child?.stdin.end()
      await child
      server.close()
      await rm(socketPath, { force: true })
    },
  }
}

/** A monitor's first line says whose it is. */
const greet = async (socket: Socket, waiting: Map<string, Deferred<NewMonitor>>): Promise<void> => {
  const lines = lineReader(socket)
  const [hello, id = '', pid] = ((await lines.next()) ?? '').split(' ')
  const monitor = waiting.get(id)
  waiting.delete(id)
  if (hello === 'hello' && monitor) monitor.resolve({ pid: Number(pid), socket, lines })
  else socket.destroy()
}

const startPerl = (socketPath: string, onEnd: () => void) => {
  const script = fileURLToPath(new URL('./monitor.pl', import.meta.url))
  const child = execa('perl', [script, process.arch, socketPath], {
    cleanup: false,
    detached: true,
    buffer: false,
    reject: false,
    extendEnv: false,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  void child.then(onEnd)
  return child
}
