import { type IncomingMessage, ServerResponse, createServer } from 'node:http'
import type { Socket } from 'node:net'
import type { EnginePort } from '../port/engine-port.ts'
import { dispatcher } from './dispatch.ts'
import { type ListenAddress, listen } from './listen.ts'

export interface ServeApiOptions {
  readonly listen: ListenAddress
  /** Version of the engine, for the `Server` header. */
  readonly version: string
  /** Called when a request comes in and again when its answer is complete. */
  readonly onActivity?: () => void
  /** Told of failures that are bugs; the client sees a 500. */
  readonly onBug?: (error: unknown) => void
}

export interface ApiServer {
  /** `unix:///path` or `tcp://host:port`, with the port that was chosen. */
  readonly address: string
  /** Requests whose answer is not complete: open streams and waits count. */
  openRequests(): number
  /** Stops listening, aborts what is open, ends every connection and removes the socket. */
  close(): Promise<void>
}

/** Reason of the abort that a handler sees when its client went away or the server closes. */
const gone = (why: string): Error => new DOMException(why, 'AbortError')

/**
 * Serves the Docker Engine API, versions 1.24 to 1.45 (https://docs.docker.com/reference/api/engine/version/v1.45/).
 * @throws E_API_LISTEN when the address is taken or cannot be made
 */
export const serveApi = async (engine: EnginePort, options: ServeApiOptions): Promise<ApiServer> => {
  const open = new Set<AbortController>()
  const sockets = new Set<Socket>()
  const dispatch = dispatcher({ engine, version: options.version, onBug: options.onBug ?? (() => undefined) })
  const track = async (request: IncomingMessage, response: ServerResponse, upgrade: boolean): Promise<void> => {
    const controller = new AbortController()
    open.add(controller)
    options.onActivity?.()
    const onClose = (): void => controller.abort(gone('The client went away'))
    request.socket.once('close', onClose)
    await dispatch({ request, response, upgrade, signal: controller.signal })
    request.socket.off('close', onClose)
    open.delete(controller)
    options.onActivity?.()
  }
  const server = createServer((request, response) => void track(request, response, false))
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    void track(request, upgradeResponse(request, socket, head), true)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Uploads and waits may take any time; idle connections are kept for the next command of a user.
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  const bound = await listen(server, options.listen)
  return {
    address: bound.address,
    openRequests: () => open.size,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const controller of open) controller.abort(gone('The engine ends'))
      server.closeIdleConnections()
      for (const socket of sockets) socket.destroySoon()
      await Promise.all([closed, bound.remove()])
    },
  }
}

/** A response on a connection that Node let go of because of its `Upgrade:`; it closes the connection when it ends. */
const upgradeResponse = (request: IncomingMessage, socket: Socket, head: Buffer): ServerResponse => {
  if (head.length > 0) socket.unshift(head)
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.on('finish', () => socket.destroySoon())
  socket.on('error', () => socket.destroy())
  return response
}
