import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { AppError } from '../../errors/app-error.ts'
import type { PortWish, Protocol, PublishedPort } from './port-bindings.ts'
import { type ForwardTarget, type PortHold, holdPort } from './port-hold.ts'
import { portHolder } from './port-holder.ts'

/** For whom a port is taken; the name is asked for when somebody else wants it. */
export interface PortOwner {
  name(): string
  /** Where connections go that the rules did not redirect: those over IPv6. */
  target(port: number): ForwardTarget | undefined
}

export interface PortTable {
  /** Takes all ports or none. @throws E_NETWORK_PORT_TAKEN, E_NETWORK_PORT_INVALID */
  reserve(wishes: readonly PortWish[], owner: PortOwner): Promise<PublishedPort[]>
  /** Takes over ports that are in use by a container already; what cannot be held is kept without holding it. */
  adopt(port: Omit<PublishedPort, 'release'>, owner: PortOwner): Promise<PublishedPort>
}

interface Claim {
  readonly protocol: Protocol
  readonly hostPort: number
  readonly hostIps: readonly string[]
  readonly owner: PortOwner
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * The ports that this engine's containers have. A port is free when no container has it and it can really be bound;
 * it is then held bound, so that no other program gets it, for as long as the engine runs.
 */
export const createPortTable = (hold: typeof holdPort = holdPort, range = ephemeralRange): PortTable => {
  const claims = new Set<Claim>()
  let next = 0

  const candidates = async function* (wish: PortWish): AsyncGenerator<number> {
    if (wish.first > 0) {
      for (let port = wish.first; port <= wish.last; port += 1) yield port
      return
    }
    const [low, high] = await range()
    for (let tries = low; tries <= high; tries += 1) {
      next = next < low || next >= high ? low : next + 1
      yield next
    }
  }

  const take = async (wish: PortWish, owner: PortOwner): Promise<PublishedPort> => {
    const single = wish.first > 0 && wish.first === wish.last
    for await (const hostPort of candidates(wish)) {
      const hostIps = hostIpsOf(wish)
      const claim: Claim = { protocol: wish.protocol, hostPort, hostIps, owner }
      const other = [...claims].find((one) => clash(one, claim))
      if (other && single) throw taken(wish, `container "${other.owner.name()}" has it`)
      if (other) continue
      claims.add(claim)
      try {
        const holds = await holdAll(claim, wish)
        return published(claim, wish.port, holds)
      } catch (error) {
        claims.delete(claim)
        const code = codeOf(error)
        if (code === 'EADDRNOTAVAIL') throw unknownAddress(wish, error)
        if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
        if (single) throw taken(wish, (await portHolder(wish.protocol, hostPort)) ?? 'another program has it', error)
      }
    }
    throw taken(wish, 'every port of the range is in use')
  }

  const holdAll = async (claim: Claim, wish: PortWish): Promise<Map<string, PortHold>> => {
    const holds = new Map<string, PortHold>()
    try {
      for (const hostIp of claim.hostIps) {
        const held = await hold({ ...claim, hostIp, target: () => claim.owner.target(wish.port) }).catch((error) => {
          if (wish.hostIp === '' && hostIp === '::' && isWithoutIpv6(error)) return undefined
          throw error
        })
        if (held) holds.set(hostIp, held)
      }
      return holds
    } catch (error) {
      for (const held of holds.values()) held.close()
      throw error
    }
  }

  const published = (claim: Claim, port: number, holds: ReadonlyMap<string, PortHold>): PublishedPort => ({
    protocol: claim.protocol,
    port,
    hostPort: claim.hostPort,
    hostIps: [...holds.keys()],
    release() {
      claims.delete(claim)
      for (const held of holds.values()) held.close()
    },
  })

  return {
    async reserve(wishes, owner) {
      const done: PublishedPort[] = []
      try {
        for (const wish of wishes) done.push(await take(wish, owner))
        return done
      } catch (error) {
        for (const one of done) one.release()
        throw error
      }
    },
    async adopt(port, owner) {
      const claim: Claim = { ...port, owner }
      claims.add(claim)
      const nothing: PortHold = { close: () => undefined }
      const holds = new Map<string, PortHold>()
      for (const hostIp of port.hostIps) {
        const held = hold({ ...port, hostIp, target: () => owner.target(port.port) })
        holds.set(hostIp, await held.catch(() => nothing))
      }
      return published(claim, port.port, holds)
    },
  }
}

/** IPv6 is forwarded by the engine itself, which it does for tcp. */
const hostIpsOf = (wish: PortWish): string[] => {
  if (wish.hostIp === '') return wish.protocol === 'tcp' ? ['0.0.0.0', '::'] : ['0.0.0.0']
  if (isIPv6(wish.hostIp) && wish.protocol !== 'tcp') {
    const message = `cannot publish ${wish.port}/${wish.protocol} on "${wish.hostIp}": only tcp is forwarded from IPv6`
    throw new AppError('E_NETWORK_PORT_INVALID', message, { hint: 'Publish it on an IPv4 address' })
  }
  return [wish.hostIp]
}

const clash = (a: Claim, b: Claim): boolean =>
  a.protocol === b.protocol &&
  a.hostPort === b.hostPort &&
  a.hostIps.some((one) => b.hostIps.some((other) => isIPv6(one) === isIPv6(other) && sameOrAll(one, other)))

const sameOrAll = (a: string, b: string): boolean => a === b || WILDCARDS.has(a) || WILDCARDS.has(b)

const taken = (wish: PortWish, why: string, cause?: unknown): AppError => {
  const range = wish.first === wish.last ? String(wish.first) : `${wish.first}-${wish.last}`
  const ip = isIPv6(wish.hostIp) ? `[${wish.hostIp}]` : wish.hostIp || '0.0.0.0'
  return new AppError('E_NETWORK_PORT_TAKEN', `Bind for ${ip}:${range} failed: port is already allocated`, {
    hint: `${why[0]?.toUpperCase() ?? ''}${why.slice(1)}: stop it, or publish another port`,
    cause,
  })
}

const unknownAddress = (wish: PortWish, cause: unknown): AppError =>
  new AppError('E_NETWORK_PORT_INVALID', `cannot publish on "${wish.hostIp}": the host does not have this address`, {
    cause,
  })

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const isWithoutIpv6 = (error: unknown): boolean => ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(String(codeOf(error)))

/** The kernel's range of ports for outgoing connections, from which Docker takes them too. */
const ephemeralRange = async (): Promise<[number, number]> => {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '')
  const [low = 32768, high = 60999] = text.trim().split(/\s+/).filter(Boolean).map(Number)
  return [low, high]
}
