import { type AppError, isAppError } from '../errors/app-error.ts'
import { createPortTable } from './network/port-table.ts'

/**
 * Takes a port of this host as an engine would to publish it, and gives it back. Answers why that is impossible
 * (E_NETWORK_PORT_TAKEN with who has it, E_NETWORK_PORT_INVALID); undefined when it is possible, or cannot be tried.
 */
export const tryPort = async ({ ip, port, protocol }: Port): Promise<AppError | undefined> => {
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined
  const nobody = { name: () => '', target: () => undefined }
  try {
    const held = await createPortTable().reserve([{ protocol, port, hostIp: ip, first: port, last: port }], nobody)
    for (const one of held) one.release()
    return undefined
  } catch (error) {
    return isAppError(error) ? error : undefined
  }
}

interface Port {
  /** `''`: all addresses. */
  readonly ip: string
  readonly port: number
  readonly protocol: string
}
