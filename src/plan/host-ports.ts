import type { Project } from '../compose/model.ts'
import type { Where } from '../errors/where.ts'
import { defined } from '../lib/defined.ts'
import type { Desired } from './desired.ts'
import type { Plan } from './plan.ts'

/** A port of the host, as a container holds it or wants it. */
export interface HostPort {
  /** `''`, `0.0.0.0` and `::` are all addresses. */
  readonly ip: string
  readonly port: number
  readonly protocol: string
}

/** A port that every container of a service publishes. */
export interface FixedPort extends HostPort {
  readonly service: string
  /** Place in the file. */
  readonly where?: Where
}

const ANY_ADDRESS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::'])

/** Two containers cannot have both. */
export const samePort = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || ANY_ADDRESS.has(a.ip) || ANY_ADDRESS.has(b.ip))

/** What a service publishes on one port of the host, and not on any of a range. */
export const fixedPorts = (project: Project, name: string): FixedPort[] => {
  const { network_mode: mode, ports = [] } = project.model.services[name] ?? {}
  if (hasNoPortsOfItsOwn(mode)) return []
  return ports.flatMap(({ published, host_ip: ip = '', protocol }, index) =>
    published !== undefined && /^[1-9]\d*$/.test(published)
      ? [
          defined({
            service: name,
            ip,
            port: Number(published),
            protocol,
            where: project.where(`services.${name}.ports.${index}`),
          }),
        ]
      : [],
  )
}

/** The fixed ports of all services of which the plan starts containers. */
export const wantedPorts = (plan: Plan, desired: Desired): FixedPort[] => {
  const starting = new Set(
    plan.steps.flatMap(({ action }) => (action.kind === 'container.start' ? [action.container.service] : [])),
  )
  return Object.values(desired.services).flatMap(({ name, ports }) => (starting.has(name) ? ports : []))
}

/** Ids of the containers that the plan stops, whose ports are then free. */
export const stoppedBy = (plan: Plan): ReadonlySet<string> =>
  new Set(plan.steps.flatMap(({ action }) => (action.kind === 'container.stop' ? [action.container.target] : [])))

const hasNoPortsOfItsOwn = (mode: string | undefined): boolean =>
  mode === 'host' || mode === 'none' || /^(?:service|container):/.test(mode ?? '')
