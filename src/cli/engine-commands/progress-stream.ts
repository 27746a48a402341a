import { AppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { printBytes } from '../../lib/bytes.ts'
import type { ProgressMessage } from '../../port/common.ts'
import type { Output } from '../output.ts'
import { clean, cleanLine } from '../render/clean.ts'

/**
 * Prints a progress stream: output as it comes, states as lines, and on a terminal counted bytes in place.
 * Answers the id of what was made, when the stream tells it.
 * @throws E_API_FAILED with an error that came in the stream
 */
export const printProgressStream = async (
  messages: AsyncIterable<ProgressMessage>,
  output: Output,
): Promise<string | undefined> => {
  const shown = new Map<string, string>()
  let made: string | undefined
  let open = false
  for await (const message of messages) {
    const { stream, status, id = '', progressDetail, aux } = message
    const error = message.errorDetail?.message ?? message.error
    if (typeof aux?.['ID'] === 'string') made = aux['ID']
    if (open) await output.write('\r\u001b[K')
    open = false
    if (error !== undefined) throw new AppError('E_API_FAILED', error, defined({ hint: message.errorDetail?.hint }))
    if (stream !== undefined) await output.write(clean(stream))
    if (status === undefined) continue
    const line = cleanLine(id ? `${id}: ${status}` : status)
    const counts = countsOf(progressDetail)
    if (counts && output.isTerminal) {
      await output.write(`${line} ${counts}`.slice(0, output.columns - 1))
      open = true
    } else if (shown.get(id) !== line) {
      await output.write(`${line}\n`)
    }
    shown.set(id, line)
  }
  if (open) await output.write('\n')
  return made
}

const countsOf = (detail: ProgressMessage['progressDetail']): string | undefined => {
  if (detail?.current === undefined) return undefined
  const current = printBytes(detail.current)
  return detail.total ? `${current} / ${printBytes(detail.total)}` : current
}
