import type { Diagnostic } from '../../errors/diagnostic.ts'
import { defined } from '../../lib/defined.ts'
import type { Desired } from '../../plan/desired.ts'
import { type FixedPort, type HostPort, samePort, stoppedBy, wantedPorts } from '../../plan/host-ports.ts'
import { LABEL } from '../../plan/labels.ts'
import type { Plan } from '../../plan/plan.ts'
import type { ContainerSummary } from '../../port/containers.ts'
import type { ComposeContext } from '../compose-context.ts'

interface Holder {
  readonly id: string
  readonly name: string
  readonly service: string | undefined
  readonly ports: readonly HostPort[]
}

/**
 * Ports of the host that the plan's containers will want and cannot have, as findings in the file. Containers are asked
 * for on any engine; other programs are looked for only where the engine shares its host with this command.
 */
export const takenPorts = async (
  cx: ComposeContext,
  { desired, plan, signal }: { desired: Desired; plan: Plan; signal: AbortSignal },
): Promise<Diagnostic[]> => {
  const wanted = wantedPorts(plan, desired)
  if (wanted.length === 0) return []
  const holders = (await (await cx.engine()).containers.list({ signal })).map(readHolder)
  const stopped = stoppedBy(plan)
  const findings: Diagnostic[] = []
  for (const port of wanted) {
    const rivals = holders.filter(({ ports }) => ports.some((one) => samePort(one, port)))
    const rival = rivals.find(({ id }) => !stopped.has(id))
    if (rival) findings.push(finding(port, takenBy(port, rival)))
    // The port of a container that the plan stops is in use until then.
    if (rivals.length > 0 || !cx.isLocal) continue
    const { tryPort } = await import('../../engine/try-port.ts')
    const obstacle = await tryPort(port)
    if (obstacle) findings.push(finding(port, obstacle))
  }
  return findings
}

type Obstacle = Pick<Diagnostic, 'code' | 'message'> & { readonly hint: string | undefined }

const finding = ({ service, where }: FixedPort, { code, message, hint }: Obstacle): Diagnostic =>
  defined({
    severity: 'error' as const,
    code,
    message: `Cannot start service "${service}": ${message}`,
    where,
    hint,
  })

const takenBy = (port: HostPort, { name, service }: Holder): Obstacle => ({
  code: 'E_NETWORK_PORT_TAKEN',
  message: `Bind for ${address(port)} failed: port is already allocated`,
  hint: `Container "${name}"${service ? ` of service "${service}"` : ''} has it: stop it, or publish another port`,
})

const readHolder = ({ Id, Names, Labels, Ports }: ContainerSummary): Holder => ({
  id: Id,
  name: (Names[0] ?? Id).replace(/^\//, ''),
  service: Labels[LABEL.service],
  ports: Ports.flatMap(({ IP = '', PublicPort, Type }) =>
    PublicPort ? [{ ip: IP, port: PublicPort, protocol: Type }] : [],
  ),
})

const address = ({ ip, port }: HostPort): string => `${ip.includes(':') ? `[${ip}]` : ip || '0.0.0.0'}:${port}`
