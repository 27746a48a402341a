import type { ProgressEvent } from '../../scheduler/progress.ts'
import { cleanLine } from './clean.ts'
import type { Progress, ProgressSetting } from './progress.ts'

/** One line for each change of a state: ` Container p-web-1  Started`. Counted bytes alone are no change. */
export const plainProgress = ({ output }: Pick<ProgressSetting, 'output'>): Progress => {
  const shown = new Map<string, string>()
  let written = Promise.resolve()
  return {
    emit(event) {
      const line = plainLine(event)
      if (shown.get(event.id) === line) return
      shown.set(event.id, line)
      written = output.write(line)
    },
    note: (text) => output.write(text),
    close: () => written,
  }
}

export const plainLine = ({ id, text, details, parentId }: ProgressEvent): string => {
  const name = cleanLine(parentId === undefined ? id : `${parentId} ${id}`)
  const lines = (details ?? '').split('\n').map(cleanLine)
  return lines.map((line) => ` ${name}  ${cleanLine(text)}${line ? ` ${line}` : ''}\n`).join('')
}
