import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { StreamSession } from '../port/common.ts'
import { encodeFrame, RAW_STREAM } from '../spec/stream-frame.ts'
import { streamType } from './stream-type.ts'
import type { Wire } from './write-answer.ts'
import { writeBackPressured } from './write-back-pressured.ts'

/** How long a client may take to close its side after all output was given out. */
const CLOSE_GRACE_MS = 5000

/**
 * Turns the connection into the process's streams (`POST …/attach`, `POST /exec/…/start`), in two forms: `101 UPGRADED`
 * when the client asked for `Upgrade: tcp`, else a `200` that ends when the connection does. The client's half-close
 * ends standard input and nothing more; the connection is closed when the process has ended and its output is drained.
 */
export const writeSession = async (session: StreamSession, wire: Wire): Promise<void> => {
  const { request, response } = wire
  const socket = request.socket
  const input = takeOver(request, response, wire.upgrade)
  socket.on('error', () => session.close()).on('close', () => session.close())
  socket.setTimeout(0)
  socket.setNoDelay(true)
  socket.write(wire.upgrade ? upgradeHead(streamType(wire.apiVersion, session.tty)) : PLAIN_HEAD)
  pumpInput(input, session)
  for await (const chunk of session.output) {
    if (!(await writeBackPressured(socket, session.tty ? chunk.data : encodeFrame(chunk)))) break
  }
  session.close()
  finish(socket)
}

const PLAIN_HEAD = `HTTP/1.1 200 OK\r\nContent-Type: ${RAW_STREAM}\r\n\r\n`

const upgradeHead = (contentType: string): string =>
  `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`

/**
 * The socket without Node's HTTP parser, and where standard input comes from: a chunked body that is still open
 * (clients that never upgrade write there), else the socket.
 */
const takeOver = (request: IncomingMessage, response: ServerResponse, upgrade: boolean): Readable => {
  const socket = request.socket
  if (upgrade) {
    response.detachSocket(socket)
    return socket
  }
  if (!request.complete && request.headers['transfer-encoding'] !== undefined) return request
  // All but `close`, with which Node gives the parser free.
  for (const event of ['data', 'end', 'drain', 'error', 'timeout']) socket.removeAllListeners(event)
  response.detachSocket(socket)
  return socket
}

const pumpInput = (input: Readable, session: StreamSession): void => {
  let open = true
  input.on('data', (data: Buffer) => {
    if (!open) return
    input.pause()
    session.write(data).then(
      () => input.resume(),
      () => {
        open = false
        input.resume()
      },
    )
  })
  input.on('end', () => {
    session.end().catch(() => session.close())
  })
  input.resume()
}

/** Ours is closed at once; the client's is read to its end, for bytes left unread would make its side fail. */
const finish = (socket: Socket): void => {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS)
  timer.unref()
  socket.on('close', () => clearTimeout(timer))
  if (socket.readableEnded) socket.destroySoon()
  else socket.on('end', () => socket.destroySoon())
}
