import { AppError } from '../../errors/app-error.ts'
import type { Container, ContainerRecord } from './record.ts'
import { isRunning } from './record.ts'

/** A link with its source found. */
export interface ResolvedLink {
  readonly alias: string
  readonly source: Container
  /** Address of the source on a network that both are on. */
  readonly address: string
}

/** `container:alias` texts of a record: `HostConfig.Links`, and those of its endpoints on project networks. */
export const linkTexts = (record: ContainerRecord): string[] => [
  ...new Set([
    ...(record.hostConfig.Links ?? []),
    ...Object.values(record.endpoints).flatMap((endpoint) => endpoint.Links ?? []),
  ]),
]

/** `db:database` → container and alias; the alias is the container's name when it is left out. */
export const parseLink = (text: string): { container: string; alias: string } => {
  const [container = '', alias = ''] = text.split(':')
  const name = container.replace(/^\//, '')
  return { container: name, alias: (alias || name).split('/').at(-1) ?? name }
}

/**
 * The links of a recipient; sources that do not run are left out.
 * @throws E_CONTAINER_CONFLICT with `strict` (the recipient starts), when a source of `HostConfig.Links` does not run
 */
export const resolveLinks = (
  record: ContainerRecord,
  find: (name: string) => Container | undefined,
  options: { strict?: boolean } = {},
): ResolvedLink[] => {
  const strict = new Set(options.strict ? record.hostConfig.Links : [])
  return linkTexts(record).flatMap((text) => {
    const { container, alias } = parseLink(text)
    const source = find(container)
    if (!source || !isRunning(source)) {
      if (!strict.has(text)) return []
      throw new AppError(
        'E_CONTAINER_CONFLICT',
        `Cannot link to a non running container: /${container} AS /${record.name}/${alias}`,
        {
          httpStatus: 500,
          hint: `Start ${container} first`,
        },
      )
    }
    const address = sharedAddress(record, source.record)
    return address === undefined ? [] : [{ alias, source, address }]
  })
}

const sharedAddress = (recipient: ContainerRecord, source: ContainerRecord): string | undefined => {
  const own = Object.keys(recipient.endpoints)
  const networks = source.networkSettings.Networks
  return own.map((name) => networks[name]?.IPAddress).find((address) => Boolean(address))
}

/** A port of `ExposedPorts`, e.g. `5432/tcp`. */
interface ExposedPort {
  readonly number: number
  readonly protocol: string
}

/**
 * The variables that Docker's legacy links give the recipient: `ALIAS_NAME`, `ALIAS_PORT`, `ALIAS_PORT_<p>_<PROTO>` with
 * `_ADDR`, `_PORT`, `_PROTO`, `_START`/`_END` for runs of ports, and `ALIAS_ENV_*` for every variable of the source but HOME and PATH
 * (moby, daemon/links).
 */
export const linkEnvironment = (recipientName: string, link: ResolvedLink): string[] => {
  const prefix = link.alias.toUpperCase().replaceAll('-', '_')
  const { record } = link.source
  const ports = exposedPorts(record)
  const url = ({ number, protocol }: ExposedPort): string => `${protocol}://${link.address}:${number}`
  const lines = [`${prefix}_NAME=/${recipientName}/${link.alias}`]
  const [first] = ports
  if (first) lines.push(`${prefix}_PORT=${url(first)}`)
  for (const run of portRuns(ports)) {
    const [start, end] = [run[0], run.at(-1)]
    if (start && end && run.length > 1) {
      const name = `${prefix}_PORT_${start.number}_${start.protocol.toUpperCase()}`
      lines.push(`${name}_START=${url(start)}`, `${name}_PORT_START=${start.number}`)
      lines.push(`${name}_END=${url(end)}`, `${name}_PORT_END=${end.number}`)
    }
    for (const port of run) {
      const name = `${prefix}_PORT_${port.number}_${port.protocol.toUpperCase()}`
      lines.push(`${name}=${url(port)}`, `${name}_ADDR=${link.address}`)
      lines.push(`${name}_PORT=${port.number}`, `${name}_PROTO=${port.protocol}`)
    }
  }
  for (const variable of record.config.Env ?? []) {
    if (variable.includes('=') && !/^(?:HOME|PATH)=/.test(variable)) lines.push(`${prefix}_ENV_${variable}`)
  }
  return lines
}

/** `ADDRESS alias hostname container-name`, the name left out when it is the alias. */
export const linkHostsLine = (link: ResolvedLink): string => {
  const { config, name } = link.source.record
  const names = [link.alias, config.Hostname ?? '', ...(name === link.alias ? [] : [name])]
  return `${link.address}\t${names.filter(Boolean).join(' ')}`
}

/** TCP before other protocols, then by number. */
const exposedPorts = (record: ContainerRecord): ExposedPort[] =>
  Object.keys(record.config.ExposedPorts ?? {})
    .map((text) => {
      const [number = '', protocol = 'tcp'] = text.split('/')
      return { number: Number(number), protocol }
    })
    .toSorted(
      (a, b) =>
        Number(b.protocol === 'tcp') - Number(a.protocol === 'tcp') ||
        a.protocol.localeCompare(b.protocol) ||
        a.number - b.number,
    )

/** Runs of consecutive ports of one protocol. */
const portRuns = (ports: readonly ExposedPort[]): ExposedPort[][] => {
  const runs: ExposedPort[][] = []
  for (const port of ports) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last?.protocol === port.protocol && last.number + 1 === port.number) run.push(port)
    else runs.push([port])
  }
  return runs
}
