import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createHost } from '../../../src/engine/host/create-host.ts'
import type { Host } from '../../../src/engine/host/host.ts'
import { openNetworks } from '../../../src/engine/network/open-networks.ts'
import type {
  AttachRequest,
  Attachment,
  LiveAttachment,
  NetworkEvent,
  NetworkPart,
  NetworkRecord,
} from '../../../src/engine/network/part.ts'

const run = promisify(execFile)
const PEER = fileURLToPath(new URL('./peer.mjs', import.meta.url))

export interface Lab {
  readonly tag: string
  readonly host: Host
  readonly events: NetworkEvent[]
  readonly records: Map<string, NetworkRecord>
  part: NetworkPart
  attach(request: AttachRequest): Promise<Attachment>
  /** Forgets everything, as kill -9 does, and opens the part again. */
  crash(live: readonly LiveAttachment[]): Promise<void>
  close(): Promise<void>
}

/** A network part on the real host with a tag of its own. */
export const openLab = async (tag = randomBytes(3).toString('hex')): Promise<Lab> => {
  const host = createHost()
  const records = new Map<string, NetworkRecord>()
  const events: NetworkEvent[] = []
  const open = (): Promise<NetworkPart> =>
    openNetworks({
      host,
      paths: { root: '/nonexistent', state: '/nonexistent', tag },
      records: {
        load: async () => [...records.values()],
        put: async (record) => void records.set(record.id, record),
        delete: async (id) => void records.delete(id),
      },
      guardInterval: 500,
      emit: (event) => events.push(event),
    })
  const lab: Lab = {
    tag,
    host,
    events,
    records,
    part: await open(),
    async attach(asked) {
      const attachment = await lab.part.attach(asked)
      rememberCards(tag, attachment)
      return attachment
    },
    async crash(live) {
      await lab.part.close()
      lab.part = await open()
      await lab.part.reconcile(live)
    },
    async close() {
      await lab.part.reconcile([])
      await lab.part.close()
      await host.close()
    },
  }
  return lab
}

export const newId = (): string => randomBytes(32).toString('hex')

/** A request with nothing special in it. */
export const request = (
  name: string,
  networks: AttachRequest['endpoints'],
  more: Partial<AttachRequest> = {},
): AttachRequest => {
  const containerId = newId()
  return {
    containerId,
    containerName: name,
    hostname: containerId.slice(0, 12),
    endpoints: networks,
    portBindings: {},
    exposedPorts: [],
    publishAll: false,
    ...more,
  }
}

const command = (netns: string, args: readonly string[]): [string, string[]] =>
  netns === '' ? [process.execPath, [PEER, ...args]] : ['nsenter', [`--net=${netns}`, process.execPath, PEER, ...args]]

/** Runs a verb of peer.mjs in the namespace at this path (`''`: the host's) and answers what it printed. */
export const peer = async (netns: string, ...args: string[]): Promise<string> => {
  const { stdout } = await run(...command(netns, args))
  return stdout.trim()
}

/** A server of peer.mjs (`serve` says a text, `resolver` gives an address); call the answer to end it. */
export const serve = async (
  netns: string,
  port: number,
  text: string,
  verb: 'serve' | 'resolver' = 'serve',
): Promise<() => Promise<void>> => {
  const child = spawn(...command(netns, [verb, String(port), text]), { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout }), 'line')
  return async () => {
    const gone = once(child, 'exit')
    child.stdin.end()
    await gone
  }
}

export const sh = async (script: string): Promise<string> => (await run('sh', ['-ec', script])).stdout

const SYSCTLS = ['net/ipv4/conf/all/route_localnet', 'net/ipv6/conf/all/forwarding']

/** Links of this process's containers, by the engine that made them, to tell them from those of other engines. */
const cards = new Map<string, Set<string>>()

const rememberCards = (tag: string, attachment: Attachment): void => {
  const known = cards.get(tag) ?? new Set()
  cards.set(tag, known)
  for (const { EndpointID = '' } of Object.values(attachment.settings.Networks))
    known.add(`tv${EndpointID.slice(0, 8)}`)
}

/** What one engine may change on the host, to compare before and after. */
export const snapshot = async (tag: string): Promise<Record<string, unknown>> => ({
  links: (await readdir('/sys/class/net')).filter((name) => name.startsWith(`tsc${tag}`) || cards.get(tag)?.has(name)),
  namespaces: (await readdir('/run/netns').catch(() => [])).filter((name) => name.startsWith(`tsc-${tag}`)),
  tables: (await sh('nft list tables')).split('\n').filter((line) => line.includes(tag)),
  sysctls: await Promise.all(SYSCTLS.map((name) => readFile(`/proc/sys/${name}`, 'utf8'))),
})

/** Processes of links.pl that this process has started. */
export const helpers = async (): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = pids.map(async (pid) => {
    const [line, status] = await Promise.all(
      ['cmdline', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    return line?.includes('links.pl') && status?.includes(`PPid:\t${process.pid}\n`) ? [pid] : []
  })
  return (await Promise.all(found)).flat()
}

/** A namespace that plays another machine on a wire to the host. */
export interface Outside {
  readonly netns: string
  /** Its address. */
  readonly address: string
  /** The host's address on the wire. */
  readonly gateway: string
  remove(): Promise<void>
}

export const openOutside = async (tag: string): Promise<Outside> => {
  const [name, link] = [`tsct-out-${tag}`, `tsct${tag}`]
  const [gateway, address] = ['198.51.100.1', '198.51.100.2']
  await sh(`
    ip netns add ${name}
    ip link add ${link} type veth peer name eth0 netns ${name}
    ip addr add ${gateway}/24 dev ${link}; ip link set ${link} up
    ip -n ${name} addr add ${address}/24 dev eth0; ip -n ${name} link set eth0 up; ip -n ${name} link set lo up
    ip -n ${name} route add default via ${gateway}`)
  return {
    netns: `/run/netns/${name}`,
    address,
    gateway,
    remove: async () => void (await sh(`ip link del ${link}; ip netns del ${name}`)),
  }
}
