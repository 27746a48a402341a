import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Server, type Socket, connect, createServer, isIPv6 } from 'node:net'
import type { Protocol } from './port-bindings.ts'

export interface ForwardTarget {
  readonly address: string
  readonly port: number
}

export interface HoldRequest {
  readonly protocol: Protocol
  readonly hostIp: string
  readonly hostPort: number
  /** Asked at each connection. */
  target(): ForwardTarget | undefined
}

/** A port that is bound, so that nobody else can bind it. */
export interface PortHold {
  close(): void
}

/**
 * Binds a port of the host. What the rules redirect never reaches this socket; what they cannot redirect does (tcp over
 * IPv6), and is forwarded to the container. Node has no sctp, which is therefore not held; udp is held on IPv4 alone.
 * Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT).
 */
export const holdPort = async (request: HoldRequest): Promise<PortHold> => {
  if (request.protocol === 'tcp') return holdTcp(request)
  return request.protocol === 'udp' ? holdUdp(request) : { close: () => undefined }
}

const holdTcp = async (request: HoldRequest): Promise<PortHold> => {
  const { hostIp, hostPort } = request
  const open = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    forward(socket, request.target())
  })
  server.listen({ host: hostIp, port: hostPort, ipv6Only: isIPv6(hostIp), exclusive: true })
  await once(server, 'listening')
  server.on('error', () => undefined)
  server.unref()
  return {
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

const forward = (client: Socket, target: ForwardTarget | undefined): void => {
  client.on('error', () => client.destroy())
  if (!target) {
    client.destroy()
    return
  }
  const upstream = connect({ host: target.address, port: target.port, allowHalfOpen: true })
  upstream.on('error', () => client.destroy())
  upstream.once('close', () => client.destroy())
  client.once('close', () => upstream.destroy())
  client.pipe(upstream).pipe(client)
}

const holdUdp = async ({ hostIp, hostPort }: HoldRequest): Promise<PortHold> => {
  const socket = createSocket('udp4')
  socket.bind({ address: hostIp, port: hostPort, exclusive: true })
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', () => undefined)
  socket.unref()
  return { close: () => void socket.close() }
}
