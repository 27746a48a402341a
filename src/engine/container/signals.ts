import { constants } from 'node:os'
import { AppError } from '../../errors/app-error.ts'

/** Number of `TERM`, `SIGTERM`, `15`, `RTMIN+3`. @throws E_API_BAD_REQUEST with Docker's words */
export const signalNumber = (text: string): number => {
  const bare = text.toUpperCase().replace(/^SIG/, '')
  const realtime = /^RTM(IN|AX)(?:([+-])(\d+))?$/.exec(bare)
  const number = /^\d+$/.test(bare)
    ? Number(bare)
    : realtime
      ? (realtime[1] === 'IN' ? 34 : 64) + Number(`${realtime[2] ?? '+'}${realtime[3] ?? 0}`)
      : (constants.signals as Readonly<Record<string, number>>)[`SIG${bare}`]
  if (number === undefined || number < 1 || number > 64) {
    throw new AppError('E_API_BAD_REQUEST', `invalid signal: ${text}`, {
      hint: 'Use a name like SIGTERM or its number',
    })
  }
  return number
}
