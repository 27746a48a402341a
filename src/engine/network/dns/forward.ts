import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { framed, onMessages } from './framing.ts'
import { RCODE } from './answer.ts'

export interface ForwardOptions {
  readonly transport: 'udp' | 'tcp'
  /** Milliseconds for each server. */
  readonly timeout?: number
  readonly port?: number
}

const TIMEOUT = 2500
/** Answers after which the next server is asked. */
const FAILED: ReadonlySet<number> = new Set([RCODE.serverFailure, RCODE.notImplemented, RCODE.refused])

/**
 * Asks the servers one after another until one gives an answer, and passes its bytes on as they are; a cut answer too,
 * whereupon the asker comes again over TCP. Undefined when no server answered; the last refusal when all refused.
 */
export const forward = async (
  query: Buffer,
  servers: readonly string[],
  options: ForwardOptions,
): Promise<Buffer | undefined> => {
  let refusal: Buffer | undefined
  for (const server of servers) {
    const message = Buffer.from(query)
    message.writeUInt16BE(randomInt(0x10000))
    const response = await ask(message, server, options).catch(() => undefined)
    if (!response) continue
    const answer = Buffer.from(response)
    query.copy(answer, 0, 0, 2)
    if (!FAILED.has(answer.readUInt8(3) & 0xf)) return answer
    refusal = answer
  }
  return refusal
}

const ask = (message: Buffer, server: string, options: ForwardOptions): Promise<Buffer> =>
  options.transport === 'udp' ? askUdp(message, server, options) : askTcp(message, server, options)

const askUdp = async (message: Buffer, server: string, options: ForwardOptions): Promise<Buffer> => {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4')
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const timeout = options.timeout ?? TIMEOUT
      timer = setTimeout(() => reject(new Error(`no answer from ${server}`)), timeout)
      socket.on('error', reject)
      socket.on('message', (data) => {
        if (answers(data, message)) resolve(data)
      })
      // Connected: the kernel takes datagrams of this server alone, and reports a closed port as an error.
      socket.on('connect', () => socket.send(message))
      socket.connect(options.port ?? 53, server)
    })
  } finally {
    clearTimeout(timer)
    socket.close()
  }
}

const askTcp = (message: Buffer, server: string, options: ForwardOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: server, port: options.port ?? 53 })
    socket.setTimeout(options.timeout ?? TIMEOUT, () => socket.destroy(new Error(`no answer from ${server}`)))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${server} closed the connection`)))
    onMessages(socket, (data) => {
      if (!answers(data, message)) return
      resolve(data)
      socket.destroy()
    })
    socket.write(framed(message))
  })

/** Same id, and a response with a whole header. */
const answers = (data: Buffer, message: Buffer): boolean =>
  data.length >= 12 && data.readUInt16BE() === message.readUInt16BE() && (data.readUInt8(2) & 0x80) !== 0
